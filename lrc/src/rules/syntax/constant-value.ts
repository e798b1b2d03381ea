import { definitionsOf, indexOf, isDefinedBelow, scopeAt } from "./definitions.ts";
import type { SyntaxNode } from "./tree.ts";

type Constant = string | number | boolean;

const mostSteps = 12;

/** What an expression is worth whenever it is reached, as far as the source says it: arithmetic, comparisons and texts of what is written there. */
export function constantOf(node: SyntaxNode, depth = 0): Constant | undefined {
  if (depth > mostSteps) return undefined;
  const kind = String(node.kind());
  const text = node.text();
  if (text.length > 400) return undefined;
  if (/^(true|false|boolean|True|False|boolean_literal)$/.test(kind) || /^(?:true|false|True|False)$/.test(text))
    return /^[tT]rue$/.test(text);
  if (/^-?\d[\d_]*(?:\.\d+)?[lLfFdD]?$/.test(text)) return Number(text.replace(/[_lLfFdD]/g, ""));
  if (/^(?:string|string_literal|interpreted_string_literal|raw_string_literal|character_literal|char_literal|rune_literal)$/.test(kind))
    return /^(["'`])(.*)\1$/s.exec(text)?.[2];
  if (/^(?:parenthesized_expression|expression_list|expression_case)$/.test(kind)) {
    const inner = node.children().filter((child) => child.isNamed());
    return inner.length === 1 ? constantOf(inner[0]!, depth + 1) : undefined;
  }
  if (/^(?:unary_expression|not_operator|unary_operator)$/.test(kind)) {
    const value = constantOf(node.children().findLast((child) => child.isNamed()) ?? node, depth + 1);
    if (/^(?:!|not\b)/.test(text)) return typeof value === "boolean" ? !value : undefined;
    return text.startsWith("-") && typeof value === "number" ? -value : undefined;
  }
  if (/^(?:binary_expression|binary_operator|boolean_operator|comparison_operator)$/.test(kind)) return binary(node, depth);
  if (/^(?:ternary_expression|conditional_expression)$/.test(kind)) {
    const arm = chosenArm(node, depth + 1);
    return arm === undefined ? undefined : constantOf(arm, depth + 1);
  }
  if (/^(?:identifier|variable_name)$/.test(kind)) return ofName(node, text, depth);
  if (kind === "method_invocation" || kind === "call_expression") return ofCall(node, depth);
  return undefined;
}

/** The arm of a conditional expression that is always taken, if one is. */
export function chosenArm(node: SyntaxNode, depth = 0): SyntaxNode | undefined {
  const named = node.children().filter((child) => child.isNamed());
  const isPython = node.kind() === "conditional_expression" && /\sif\s/.test(node.text()) && node.field("condition") === null;
  const [first, second, third] = named;
  const condition = node.field("condition") ?? (isPython ? second : first);
  if (condition === undefined || third === undefined) return undefined;
  const holds = constantOf(condition, depth);
  if (typeof holds !== "boolean") return undefined;
  if (isPython) return holds ? first : third;
  return holds ? second : third;
}

function binary(node: SyntaxNode, depth: number): Constant | undefined {
  const children = node.children();
  if (children.length !== 3) return undefined;
  const left = constantOf(children[0]!, depth + 1);
  const operator = children[1]!.text();
  if ((operator === "&&" || operator === "and") && left === false) return false;
  if ((operator === "||" || operator === "or") && left === true) return true;
  if (left === undefined) return undefined;
  const right = constantOf(children[2]!, depth + 1);
  if (right === undefined) return undefined;
  switch (operator) {
    case "==":
    case "===":
      return left === right;
    case "!=":
    case "!==":
      return left !== right;
    case "&&":
    case "and":
    case "||":
    case "or":
      return typeof right === "boolean" ? right : undefined;
    case "+":
      return typeof left === "number" && typeof right === "number" ? left + right : `${left}${right}`;
  }
  if (typeof left !== "number" || typeof right !== "number") return undefined;
  switch (operator) {
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return right === 0 ? undefined : Number.isInteger(left) && Number.isInteger(right) ? Math.trunc(left / right) : left / right;
    case "%":
      return right === 0 ? undefined : left % right;
    case "<":
      return left < right;
    case ">":
      return left > right;
    case "<=":
      return left <= right;
    case ">=":
      return left >= right;
    default:
      return undefined;
  }
}

/** A name that is given something once, and nowhere else changed. */
function ofName(node: SyntaxNode, name: string, depth: number): Constant | undefined {
  const index = indexOf(node);
  if (index === undefined) return undefined;
  const [only, ...others] = definitionsOf(node);
  if (only === undefined || others.length > 0 || only.adds || only.loops) return undefined;
  const home = scopeAt(index.scopes, only.start);
  if ((home.definitions.get(name)?.length ?? 0) !== 1) return undefined;
  // A function within may give it something at any time.
  return isDefinedBelow(name, home, index.scopes) ? undefined : constantOf(only.value, depth + 1);
}

/** `text.charAt(1)` and `text.length()`. */
function ofCall(node: SyntaxNode, depth: number): Constant | undefined {
  const receiver = node.field("object") ?? node.field("function")?.field("object");
  const name = (node.field("name") ?? node.field("function")?.field("property"))?.text();
  if (receiver === null || receiver === undefined || (name !== "charAt" && name !== "length")) return undefined;
  const text = constantOf(receiver, depth + 1);
  if (typeof text !== "string") return undefined;
  if (name === "length") return text.length;
  const [argument] =
    node
      .field("arguments")
      ?.children()
      .filter((child) => child.isNamed()) ?? [];
  const at = argument === undefined ? undefined : constantOf(argument, depth + 1);
  return typeof at === "number" ? text[at] : undefined;
}
