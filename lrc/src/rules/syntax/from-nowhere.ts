import { verbose } from "../text/index.ts";

/** What JavaScript, Node and browsers, and what every page has, know without being told. */
const everywhere = new Set(
  "arguments window document process console module exports require global globalThis navigator location history self screen event top parent opener name crypto performance localStorage sessionStorage indexedDB caches fetch alert confirm prompt atob btoa escape unescape encodeURI encodeURIComponent decodeURI decodeURIComponent isNaN isFinite parseInt parseFloat setTimeout setInterval setImmediate clearTimeout clearInterval queueMicrotask structuredClone requestAnimationFrame getComputedStyle jQuery angular chrome browser undefined".split(
    " ",
  ),
);

/** So much of a file is looked at: what is declared further down is not known to be. */
const mostCharacters = 200_000;
const declared = verbose("g")`
  \b(?:function\s{0,9}\*?|class|enum|namespace|let|var|const|type|interface|catch\s{0,9}\()\s{0,9}(\w+)
  | \bimport\s{1,9}(?:type\s{1,9})?([\w\${}*\s,]{1,900}?)\sfrom\b
  | \b(?:let|var|const)\s{1,9}[\w$]+(?:\s{0,9},\s{0,9}[\w$]+)+
  | \b(?:let|var|const)\s{0,9}([{[][^=;]{1,600})=
  | \/\*\s{0,9}globals?\b([^*]{1,600})
`;

const namesOfFiles = new WeakMap<object, ReadonlySet<string>>();

/** Whether nothing in a file of JavaScript says what a name is: it comes from another script, or the file is a part of a program. */
export function isFromNowhere(name: string, file: { readonly text: string }): boolean {
  if (!/^[a-z]\w*$/.test(name) || everywhere.has(name)) return false;
  let names = namesOfFiles.get(file);
  if (names === undefined) {
    names = new Set([...file.text.slice(0, mostCharacters).matchAll(declared)].flatMap(([whole]) => whole.match(/\w+/g) ?? []));
    namesOfFiles.set(file, names);
  }
  return !names.has(name);
}
