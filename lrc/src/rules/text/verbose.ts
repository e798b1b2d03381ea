/** What stands as it is, runs of it at once; what is kept without its backslash; and, without a group, what is passed over. */
const parts = /((?:[^\s\\[#]|\\[^\s#]|\[(?:\\[\s\S]|[^\]\\])*\])+)|\\([\s#])|\s+|#.*/g;

/**
 * A regular expression over several lines, as Perl and Ruby write them with the flag x and Python with re.VERBOSE: white space means nothing and # begins a
 * remark, but in a class or behind a backslash. A backtick is written \`. It is for those that are too long for a line: a literal is looked at by more tools.
 *
 *     verbose`
 *       noSniff | hsts  # helmet's
 *       | \$sceProvider\.enabled\(\s*false
 *     `
 */
export function verbose(text: TemplateStringsArray): RegExp;
/** The same with flags: verbose("i")`…`. */
export function verbose(flags: string): (text: TemplateStringsArray) => RegExp;
export function verbose(given: TemplateStringsArray | string): RegExp | ((text: TemplateStringsArray) => RegExp) {
  return typeof given === "string" ? (text) => expression(text, given) : expression(given, "");
}

function expression({ raw: [text = ""] }: TemplateStringsArray, flags: string): RegExp {
  return new RegExp(text.replaceAll("\\`", "`").replace(parts, "$1$2"), flags);
}
