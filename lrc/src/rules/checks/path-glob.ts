/** One step of a glob: a character itself, one of some, any one, any number of any (`*`), or any folders (`**` and a slash, also none). */
type Step = { readonly one: (character: string) => boolean } | "many" | "folders";

const mostAlternatives = 256;

/**
 * Whether a path from the root of the repository matches, as ast-grep reads `files` and `ignores`: `*` and `**` go on past slashes, `?` is one
 * character, `[ab]`, `[a-z]` and `[!a]` one of these, `{a,b}` either. The time is bounded by the product of both lengths, whatever the glob says.
 * With `ignoresCase`, letters are compared without their case.
 * @throws Error when a bracket is left open or the alternatives are too many.
 */
export function pathGlob(glob: string, { ignoresCase = false } = {}): (path: string) => boolean {
  const alternatives = expanded(ignoresCase ? glob.toLowerCase() : glob).map(stepsOf);
  return (path) => alternatives.some((steps) => matches(steps, ignoresCase ? path.toLowerCase() : path));
}

/** `a/{b,c}` is `a/b` and `a/c`. */
function expanded(glob: string): readonly string[] {
  let globs = [glob];
  for (;;) {
    const parts = globs.map((each) => /\{([^{}]*)\}/.exec(each));
    if (parts.every((part) => part === null)) break;
    globs = globs.flatMap((each, index) => {
      const part = parts[index];
      if (!part) return [each];
      const end = part.index + part[0].length;
      return part[1]!.split(",").map((either) => each.slice(0, part.index) + either + each.slice(end));
    });
    if (globs.length > mostAlternatives) throw new Error(`has more than ${mostAlternatives} alternatives`);
  }
  if (glob.length > 1000) throw new Error("is longer than 1000 characters");
  if (globs.some((each) => /[{}]/.test(each))) throw new Error("has a { or a } without the other");
  return globs;
}

function stepsOf(glob: string): readonly Step[] {
  const parts = glob.match(/(?<=^|\/)\*\*+\/|\*+|\[[!^]?[^\]]+\]|[\s\S]/g) ?? [];
  return parts.map((part): Step => {
    if (part.startsWith("*")) return part.endsWith("/") ? "folders" : "many";
    if (part === "?") return { one: () => true };
    if (part === "[") throw new Error("has a [ without a ]");
    return part.length > 1 ? { one: oneOf(part.slice(1, -1)) } : { one: (character) => character === part };
  });
}

function oneOf(text: string): (character: string) => boolean {
  const not = /^[!^]/.test(text);
  const ranges = [...(not ? text.slice(1) : text).matchAll(/([\s\S])-([\s\S])|[\s\S]/g)].map(([all, from = all, to = all]) => ({
    from,
    to,
  }));
  return (character) => ranges.some(({ from, to }) => from <= character && character <= to) !== not;
}

/** From the last step to the first: from which places of the path the steps that follow reach its end. */
function matches(steps: readonly Step[], path: string): boolean {
  let after = Array.from({ length: path.length + 1 }, (_, at) => at === path.length);
  for (const step of steps.toReversed()) {
    const here = [...after];
    if (typeof step === "object")
      for (let at = 0; at <= path.length; at += 1) here[at] = at < path.length && step.one(path[at]!) && after[at + 1]!;
    else {
      let later = false;
      for (let at = path.length; at >= 0; at -= 1) {
        if (step === "many") later ||= after[at]!;
        else if (path[at] === "/") later ||= after[at + 1]!;
        here[at] = after[at]! || later;
      }
    }
    after = here;
  }
  return after[0]!;
}
