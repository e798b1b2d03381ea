import { lineRule } from "../../../kinds/index.ts";

export const evalVariable = lineRule({
  id: "shell/eval-variable",
  title: "A variable is run as a command line",
  category: "security",
  subcategory: "injection",
  severity: "warning",
  confidence: "medium",
  languages: ["shell"],
  cwe: [78, 95],
  match: /(?:^|[;&|]\s*|\bthen\s+|\bdo\s+)eval\s+["']?[^#\n]{0,80}\$(?:\{?[A-Za-z_1-9@*]|\()/,
  unless: /ssh-agent|brew shellenv|direnv|pyenv|rbenv|nodenv|dircolors|\$\(.{0,60}\b(?:init|env|shellenv|hook)\b|minikube|docker-env/,
  message: "What the variable holds is read as shell once more: a ; or $( ) in it runs.",
  suggestion: "Keep arguments in an array and call the program with it.",
});
