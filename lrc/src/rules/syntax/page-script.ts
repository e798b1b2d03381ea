import type { Language, RuleSubject } from "../rule.ts";

/** What is in a page and is no program: data, templates, shaders. */
const otherType = /\btype\s{0,9}=\s{0,9}["']?(?!(?:module|(?:text|application)\/(?:javascript|ecmascript|babel|jsx|typescript))\b)[\w/]/i;
const typed = /\b(?:lang\s{0,9}=\s{0,9}["']?(tsx?)\b|type\s{0,9}=\s{0,9}["']?text\/(typescript)\b)/i;
const start = /<!--|<script\b([^>]{0,500})>/gi;

/** What a server puts into a page before it is sent. Components of Vue and Svelte are programs as they are. */
const filled = /\{\{[^{}\n]{0,300}\}\}|<%[-=](?:(?!%>)[^\n]){0,300}%>/g;
const steered = /\{%(?:(?!%\})[^\n]){0,300}%\}|<%(?![-=])(?:(?!%>)[^\n]){0,300}%>/g;
const component = /\.(?:vue|svelte)$/i;

/** A page as the rules for JavaScript see it: its scripts where they stand, and spaces for everything else. Undefined where it has none. */
export function scriptsOfPage(page: RuleSubject): RuleSubject | undefined {
  if (page.language !== "html" || page.after === undefined) return undefined;
  const isComponent = component.test(page.diff.path);
  const after = scriptsIn(page.after, isComponent);
  if (after === undefined) return undefined;
  const before = page.before === undefined ? undefined : scriptsIn(page.before, isComponent);
  return { ...page, language: after.language, after: after.text, before: before?.text ?? (page.before && blank(page.before)) };
}

function scriptsIn(text: string, isComponent: boolean): { readonly language: Language; readonly text: string } | undefined {
  const lower = text.toLowerCase();
  let language: Language | undefined;
  let made = "";
  let at = 0;
  const marks = new RegExp(start);
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    const [tag, attributes] = mark;
    const from = mark.index + tag.length;
    const end = lower.indexOf(attributes === undefined ? "-->" : "</script", from);
    marks.lastIndex = end === -1 ? text.length : end;
    if (attributes === undefined || otherType.test(attributes)) continue;
    const said = typed.exec(attributes);
    language = said === null ? (language ?? "javascript") : said[1]?.toLowerCase() === "tsx" ? "tsx" : "typescript";
    const code = text.slice(from, marks.lastIndex);
    made += blank(text.slice(at, from)) + (isComponent ? code : withoutTemplate(code));
    at = marks.lastIndex;
  }
  return language === undefined ? undefined : { language, text: made + blank(text.slice(at)) };
}

/** A value that is filled in counts as a name. */
function withoutTemplate(code: string): string {
  return code.replace(filled, (one) => "_".repeat(one.length)).replace(steered, blank);
}

function blank(text: string): string {
  return text.replace(/[^\n\r]/g, " ");
}
