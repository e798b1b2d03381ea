import { insertedValuesIn } from "./inserted-values.ts";
import { toldValuesIn } from "./told-values.ts";
import { verbose } from "./verbose.ts";

/** A text that is given to a name somewhere in a line, in whatever syntax. `index` is the place of the value, from 0. */
export interface NamedValue {
  readonly name: string;
  readonly value: string;
  readonly index: number;
  /** In quotes, so that it is a text and no name in a program. */
  readonly isQuoted: boolean;
  /** Compared with, rather than given. */
  readonly isCompared: boolean;
}

/** No name and nothing between a name and its value is longer. */
const reach = 160;
const name = String.raw`([\w$@][\w.$@-]{0,80}|(?<=["'])[\w][\w. $@/:-]{0,80}(?=["']))`;
/** Quotes and brackets behind a name that is a key: `["name"]`, `'name'`, `\"name\"`. */
const closing = String.raw`\\?["'\]})]{0,3}`;
const type = String.raw`(?:[ \t]{0,4}:[ \t]{0,4}[\w.<>&'?!\[\]| ]{1,40}?(?==)|[ \t]+(?:As[ \t]+)?(?:string|String|str)[ \t]*(?==)|[ \t]{0,2}\[\w{0,10}\][ \t]*(?==)|[ \t]*\{ ?get; ?(?:private |protected )?(?:set|init); ?\}[ \t]*(?==))?`;
const operator = String.raw`[ \t]{0,20}([:|?.+]{0,3}=|=>|[=!]==?|->|<-|:|-(?=[ \t]))[ \t]{0,20}`;
/** What may stand between the operator and the text: a conversion, a mark of its kind, or a look-up that comes first. */
const wrapping = String.raw`(?:(?:new[ \t]+)?(?![\w.]{0,30}(?:[gG]et|[eE]nv|[fF]etch|[fF]ind|[lL]ook|[pP]aram|[cC]onfig|[sS]ecret|[lL]oad|[rR]ead|[qQ]uery|[sS]elect|[pP]ropert|[hH]eader|[fF]ield|[iI]nput|[lL]abel|[tT]ranslat|[mM]essage|[cC]har|[tT]ext|[pP]op|[rR]equire|[jJ]oin|[fF]ile|[pP]ath|[iI]mport|[fF]ormat|[pP]rompt)\w{0,20}[({])(?:[\w.&]{0,30}(?:\[\])?[\w.]{0,12}[({]|\[)[ \t]{0,4}){0,3}(?:[bBuUrRLN@&#]{1,2})?`;
const lookup = String.raw`(?:[\w.$]{1,50}(?:\[["']\w{1,50}["']\]|\(["']?\w{1,50}["']?\)(?:\.\w{1,20})?)?[ \t]{0,4}(?:\|\||\?\?|\?:|\bor\b)[ \t]{0,4})?`;
const assigned = new RegExp(`${name}${closing}${type}${operator}${lookup}(?:${wrapping})$`);
/** `name.equals(`, `setName(`, `.name(`, `strcmp(name, `. */
const called = /([\w$.]{1,60}?)(\.(?:equals(?:IgnoreCase)?|Equals|eq|compareTo|contentEquals))?\([ \t]{0,4}(?:[bBuU@L])?$/;
/** `strcpy(name, `. */
const copiedTo = /\b(?:str(?:n|l)?cpy|strcpy_s|lstrcpyA?|memcpy)\([ \t]{0,4}&?([\w.$>-]{1,60}),[ \t]{0,4}$/;
/** `strcmp(name, `, `hash_equals(name, `. */
const comparedWith =
  /\b(?:str(?:n|case|ncase|i)?cmp|memcmp|hash_equals|timingSafeEqual|compare_digest|equals|Equals)\([ \t]{0,4}([\w.$>-]{1,60}),[ \t]{0,4}$/;
/** `add_argument("--name", default=`. */
const optionDefault = /\(["'](?:-\w["'],[ \t]{0,4}["'])?-{0,2}([\w-]{2,40})["'][^()"']{0,80}\bdefault(?:_value)?[ \t]?=[ \t]?$/;
/** `put("name", `, `define('name', `, `getenv("name", `, `["name", `. */
const paired = /[({[][ \t]{0,4}(?:[bBuU@L])?["']([\w.@/: -]{1,80})["'][ \t]{0,4},[ \t]{0,10}(?:[bBuU@L])?(?:[\w.]{1,30}\([ \t]{0,2})?$/;
/** `name "…"`: a setting, a definition, an option. */
const beside = /(?:^|[\s({;,])(?:-{1,2}|:)?(?!(?:pass|return|case|when|and|or|not|in|if)[ \t])([A-Za-z_][\w.-]{0,59}\w)[ \t]{1,20}@?$/;
/** `{ name: NAME, value: "…" }`. */
const attributeOfFlow = /[{,][ \t]{0,4}(?:name|key)[ \t]?:[ \t]{0,4}([\w.-]{2,80}),[ \t]{1,4}(?:value|default)[ \t]?:[ \t]{0,4}$/i;
/** `<add key="name" value="…"`. */
const attribute = verbose("i")`
  (?:\b|["'])(?:name|key|id|property|Name|Key)["']?[ \t]?[=:][ \t]?[ \t]?["']([\w.:@-]{1,80})["'],?[ \t]{1,10}
  (?:[\w:]{1,20}=["'][^"']{0,20}["'][ \t]{1,10})?["']?(?:value|default|content|defaultValue)["']?[ \t]?[=:][ \t]?$
`;
/** What ends in the middle: the value is on the next line. */
const unfinished = /(?:[^=!<>]=|:=|=>|:|\|\||\?\?|[=:,][ \t]?\()[ \t]{0,4}$/;
/** `name: password` or `<key>password</key>`, which the next line gives a value. */
const announced = verbose("i")`
  \bvariable[ \t]+"(\w{2,80})"[ \t]*\{[ \t]*$
  | <([\w.:-]{2,60})>[ \t]*$
  | (?:name|key|id|property)["']?(?:[ \t]?[:=][ \t]?["']?|>[ \t]?)([\w.-]{2,80})["']?(?:[ \t]?<\/\w+>|,)?[ \t]*$
`;
/** Put together with something else, so not the whole of a secret. */
const composed =
  /^[ \t]{0,10}(?:\+(?!=)|%|\.\.|&[ \t]*\w|\?|\.[ \t]*(?:format|concat|join|replace\w*|repeat|length|split)\b|\.[ \t]*\$|[ \t]+\.[ \t]+\w)/;
const comparedBehind = /^[ \t]{0,4}(?:[=!]==?|~=|<>)[ \t]{0,4}([\w.$]{1,80})|^\.(?:equals(?:IgnoreCase)?|Equals|eq)\(([\w.$]{1,80})/;

/** `name=value` to a blank, within a text of another kind: an address, a connection, a command. */
const inner = verbose("g")`
  (?:^|[?&;,=\s"'\`({[|])([A-Za-z_][\w.-]{1,60})(?:
    =
    | [ \t]?=[ \t]?(?=[^\s;&]{4,200}(?:[;&]|[ \t]*$))
    | :[ \t]{1,2}(?=[^\s;&]{4,200}(?:[;&,"'\`]|[ \t]*$))
  )([^\s"'\`;&,<>(){}\\]{4,200})
`;
/** `${name:…}`, `${name:-…}`: what is taken when nothing else is given. */
const otherwise = /\$\{([\w.]{2,80}):-?([^{}$\s"'`]{4,200})\}/g;
const flag = verbose("g")`
  (?:^|\s|["'])(?:--?(?!D[a-z])|-D(?=[a-z]))([A-Za-z][\w.-]{2,60})(?:
    =["']? | [ \t]{1,4} | ["'][ \t]{0,2},[ \t]{0,2}["']
  )(?![-$<{=])([^\s"'\`;&|,$<>()]{4,200})
`;
const setting = verbose("i")`
  ^[ \t]{0,60}(?:(?:\#|\/\/|;|--)[ \t]{0,4})?(?:
    export[ \t]+ | set[ \t]+ | setx[ \t]+ | local[ \t]+ | declare[ \t]+(?:-x[ \t]+)? | readonly[ \t]+ | ENV[ \t]+
    | ARG[ \t]+ | -D | -[ \t]+(?:name:[ \t]+)? | \*[ \t]+
  )?\$?(["']?[A-Za-z_0-9][\w./@:[\]-]{0,80}?["']?)[ \t]{0,20}(?::=|=>|[=:])[ \t]{0,20}([^\s"'\`]\S{3,1600}?)[ \t]*
  (?:[,;\\]|[ \t][#;].*|)$
`;
/** `name = …` to the end of a line of Go. */
const unquoted = verbose`
  ^[ \t]{0,60}(?:(?:const|let|var|val|final|static|private|public)[ \t]+){0,3}([A-Za-z_][\w.]{1,60})[ \t]{0,9}
  (?::=|=|:)[ \t]{0,9}('?[^\s"'\`]\S{11,200})[ \t]*$
`;
/** `function name() … { return "…" }` in one line, up to the text. */
const returned =
  /\b(?:func|function|def|fn|fun|get|[\w<>[\]]{2,30})[ \t]+([A-Za-z_]\w{2,60})\([^()]{0,80}\)[^"'`]{0,60}\breturn[ \t]{1,4}$/;
const imageSetting = /^[ \t]{0,20}(?:ENV|setx)[ \t]+(\w{2,60})[ \t]+([^\s"'=]{4,400})[ \t]*$/i;
const element = /<([\w.:-]{2,60})(?:[ \t][^<>]{0,80})?>[ \t]{0,10}([^<>\s]{4,400})[ \t]{0,10}<\//g;
const namedElement = verbose("g")`
  <\w{1,30}[ \t][^<>]{0,40}\b(?:name|key)=["']([\w.:-]{2,60})["'][^<>]{0,40}>[ \t]{0,10}(?:<value>[ \t]{0,4})?
  ([^<>\s]{4,400})[ \t]{0,10}<\/
`;

/** `<secret>{stripe AQAAABAAAA…}</secret>`: several words, of which one may be it. */
const wordyElement = /<([\w.:-]{2,60})(?:[ \t][^<>]{0,80})?>([^<>]{4,400})<\//g;
/** `<Name><Value>…`. */
const valueElement = /<([\w.:-]{2,60})>[ \t]{0,10}<(?:value|string|plaintext)>([^<>\s]{4,400})<\//gi;
/** `<key>Name</key><string>…` of a list of properties. */
const keyThenText = /<key>([\w.-]{2,60})<\/key>[ \t]{0,10}<string>([^<>\s]{4,400})<\//g;
/** `| name | …`, in tables of documents: what has letters and digits. */
const cell = verbose("g")`
  \|[ \t]{0,40}[\`*]{0,3}([A-Za-z][\w. -]{1,40}?)[\`*]{0,3}[ \t]{0,40}\|[ \t]{0,40}\`?(?=[^\s|\`]*[A-Za-z])
  (?=[^\s|\`]*\d)([^\s|\`]{8,200})\`?[ \t]{0,40}\|
`;
/** `// name: …`, in a comment that ends there. */
const remark =
  /(?:^|\s)(?:#|\/\/|--|\*|;)[ \t]{1,10}["']?([A-Za-z][\w.-]{1,60})["']?[ \t]{0,4}[:=][ \t]{0,4}([^\s"'`(){}<>,;]{6,200})[ \t]*$/;
/** `"name": "…"` wherever the other quotes of the line are. */
const pairOfTexts = /["']([A-Za-z_][\w.-]{1,60})\\?["'][ \t]{0,4}(?:[:=]|=>)[ \t]{0,4}\\?["']([^"'\s\\]{4,400})\\?["']/g;
/** `api-key-…`, where what comes behind the name can only be made by a generator. */
const tail = verbose("gi")`
  \b([A-Za-z][\w.-]{1,40}?(?:key|token|secret))[-.](
    [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}
    | [0-9a-f]{32,128}
  )(?![\w-])
`;

const programs = verbose("i")`
  \.(?:
    [cm]?[jt]sx? | py | pyi | go | java | kts? | scala | rs | rb | php | phtml | cs | vb | fs | c | h | cc | cpp | hpp
    | hh | m | mm | swift | dart | lua | pl | pm | groovy | gradle | r | jl | ex | exs | erl | hs | clj | elm | sol
    | vue | svelte | css | scss | sql | html?
  )(?:\.txt)?$
`;

/** Whether the lines of a file are a program, in which a word without quotes is a name. */
export function isProgram(path: string): boolean {
  return programs.test(path);
}

/** The line before a line (from 1); for the default of a variable, over its other properties, the one that begins it. */
export function lineAbove(lines: readonly string[], line: number): string {
  let at = line - 2;
  if (/^[ \t]*default\b/.test(lines[line - 1] ?? ""))
    while (line - at < 8 && /^[ \t]*(?:type|description|sensitive|nullable)[ \t]*=/.test(lines[at] ?? "")) at -= 1;
  return lines[at] ?? "";
}

/** Every text of a line that is given to a name or compared with it, with that name. The work grows with the length of the line. */
export function namedValuesIn(line: string, path: string, lineBefore = ""): readonly NamedValue[] {
  const found: NamedValue[] = [];
  const add = (named: string | undefined, value: string, index: number, isQuoted: boolean, isCompared = false): void => {
    if (named === undefined) return;
    found.push({ name: named, value, index, isQuoted, isCompared });
    // What is called "value" belongs to the name in the line before.
    const heading = /^(?:\w{0,20}value|default|string|data)$/i.test(named) ? announced.exec(lineBefore.slice(-200)) : undefined;
    const above = heading?.[1] ?? heading?.[2] ?? heading?.[3];
    if (above !== undefined) found.push({ name: above, value, index, isQuoted, isCompared });
  };
  /** A scheme or a name before it, blanks around it: each word is looked at as a text of its own. */
  const addWords = (named: string, text: string, index: number): void => {
    if (/^(?:basic|bearer|token)\s/i.test(text) && /basic|authorization/i.test(`${named} ${text.slice(0, 6)}`)) return; // secret/authorization
    for (const word of text.matchAll(/[^\s{}]{16,400}/g)) add(named, word[0], index + word.index, true);
  };
  const literals = literalsOf(line, path);
  const begun = unfinished.test(lineBefore.slice(-reach)) ? lineBefore.slice(-reach).replace(/\([ \t]*$/, "") : "";
  for (const { start, end } of literals) {
    const value = line.slice(start + 1, end);
    if (value.length < 4 || value.length > 1_600) continue;
    const own = line.slice(Math.max(0, start - reach), start).replace(/\\$/, "");
    const before = own.trim() === "" ? `${begun} ` : own;
    const behind = line.slice(end + 1, end + 1 + reach);
    // A text within a text: JSON in quotes, a command, a connection.
    if (/\\["']/.test(value))
      for (const one of namedValuesIn(value.replaceAll('\\"', ' "').replaceAll("\\'", " '"), "text.json"))
        add(one.name.trim(), one.value.trimEnd(), start + 1 + one.index, true);
    if (composed.test(behind) || (line[start] === "`" && /^[\w-]{1,30}:"/.test(value) && path.endsWith(".go"))) continue;
    const isInterpolated =
      line[start] === "`"
        ? /\$\{[\w.$ ()'"|?:+-]*\}/.test(value)
        : /(?:^|[^\w])(?:[fF][rR]?|[rR][fF]|\$@?|@\$)$/.test(before) && value.includes("{");
    if (isInterpolated) continue;
    const pair = attribute.exec(before) ?? attributeOfFlow.exec(before) ?? optionDefault.exec(before);
    const given = pair ?? assigned.exec(before);
    if (given !== null) {
      add(given[1], value, start + 1, true, given[2] !== undefined && /^[=!]==?$/.test(given[2]) && given[2] !== "=");
      if (/^\s|\s$|^[\w-]{2,20}\s\S+$/.test(value)) addWords(given[1]!, value, start + 1);
    }
    if (given === null) {
      const compared = comparedWith.exec(before);
      if (compared !== null) {
        add(compared[1], value, start + 1, true, true);
        continue;
      }
      const other = copiedTo.exec(before) ?? paired.exec(before) ?? returned.exec(before) ?? beside.exec(before);
      const call = other === null ? callOf(before) : null;
      const turned = other === null && call?.[2] === undefined ? comparedBehind.exec(behind) : null;
      if (turned !== null) add(turned[1] ?? turned[2], value, start + 1, true, true);
      else if (call !== null)
        add(call[2] === undefined ? call[1]!.replace(/^.*\./, "") : call[1], value, start + 1, true, call[2] !== undefined);
      else if (other !== null) add(other[1], value, start + 1, true);
    }
  }
  for (const { column, value, index } of insertedValuesIn(line)) if (value.length >= 4) add(column, value, index, true);
  if (line.includes("${"))
    for (const match of line.matchAll(otherwise)) add(match[1], match[2]!, match.index + match[0].length - match[2]!.length - 1, true);
  const isInLiteral = (at: number): boolean => literals.some(({ start, end }) => at > start && at < end);
  const isCode = isProgram(path);
  for (const match of line.matchAll(inner)) {
    const at = line.indexOf(match[2]!, match.index + match[1]!.length);
    if (!isCode || isInLiteral(at)) add(match[1], match[2]!, at, false);
  }
  for (const match of line.matchAll(flag)) {
    const at = line.indexOf(match[2]!, match.index + match[1]!.length);
    if (!isCode || isInLiteral(at)) add(match[1], match[2]!, at, false);
  }
  if (!isCode) {
    for (const { name: said, value, index } of toldValuesIn(line)) add(said, value, index, false);
    for (const match of line.matchAll(cell)) add(match[1], match[2]!, line.indexOf(match[2]!, match.index + match[1]!.length), false);
    for (const match of line.matchAll(tail)) add(match[1], match[2]!, match.index + match[1]!.length + 1, false);
    const set = setting.exec(line) ?? imageSetting.exec(line);
    // A quote that begins before the name ends behind the value.
    if (set !== null && !/^["'].*[^"']$/.test(set[1]!)) add(set[1], set[2]!, line.indexOf(set[2]!, set.index + set[1]!.length), false);
  } else {
    const bare = path.endsWith(".go") ? unquoted.exec(line) : null;
    if (bare !== null && isMisnested(bare[2]!)) {
      const start = line.indexOf(bare[2]!, bare[1]!.length);
      add(bare[1], bare[2]!.replace(/^'|["'`,;]{1,3}$/g, ""), bare[2]!.startsWith("'") ? start + 1 : start, false);
    }
    const said = remark.exec(line);
    if (said !== null) add(said[1], said[2]!, line.lastIndexOf(said[2]!), false);
  }
  // A quote that is left open or an apostrophe turns a line inside out.
  for (const match of line.matchAll(pairOfTexts)) {
    const at = line.indexOf(match[2]!, match.index + match[1]!.length + 1);
    if (
      !found.some(({ index }) => index === at) &&
      !composed.test(line.slice(match.index + match[0].length, match.index + match[0].length + reach))
    )
      add(match[1], match[2]!, at, true);
  }
  if (line.includes("</")) {
    for (const match of line.matchAll(element)) add(match[1], match[2]!, line.indexOf(match[2]!, match.index + match[1]!.length + 1), true);
    for (const match of line.matchAll(wordyElement))
      if (/\S\s+\S/.test(match[2]!)) addWords(match[1]!, match[2]!, match.index + match[0].length - 2 - match[2]!.length);
    for (const match of line.matchAll(valueElement))
      add(match[1], match[2]!, line.indexOf(match[2]!, match.index + match[1]!.length + 1), true);
    for (const match of line.matchAll(keyThenText))
      add(match[1], match[2]!, line.indexOf(match[2]!, match.index + match[1]!.length + 11), true);
    for (const match of line.matchAll(namedElement))
      add(match[1], match[2]!, line.indexOf(match[2]!, match.index + match[1]!.length + 1), true);
  }
  return found;
}

const asksOrMakes = verbose`
  ^(?:
    get | fetch | load | is | has | validate | verify | check | find | read | decode | decrypt | hash | create | make
    | generate | parse | delete | remove | list | describe | lookup | query | require | import | print | log | info
    | error | warn | debug | assert | expect | throw | t | i18n | translate | test | it | mask | compare | match
  )(?![a-z])
  | (?:For|Of|From|By)$
`;

/** The call whose first argument begins here, unless it asks for something rather than to give it. */
function callOf(before: string): RegExpExecArray | null {
  const call = called.exec(before);
  if (call === null || call[2] !== undefined) return call;
  return asksOrMakes.test(call[1]!.replace(/^.*\./, "")) ? null : call;
}

/** Whether a bracket closes another one than was opened: no expression does that, whatever the language. */
function isMisnested(text: string): boolean {
  const open: string[] = [];
  for (const character of text) {
    const at = ")]}".indexOf(character);
    if (at < 0) {
      if ("([{".includes(character)) open.push(character);
      continue;
    }
    const opened = open.pop();
    if (opened !== "([{"[at]) return opened !== undefined;
  }
  return false;
}

/** Languages in which a single quote holds one character. */
const characterQuotes = /\.(?:java|cs|go|c|h|cc|cpp|hpp|hh|m|mm|rs|swift|kts?|scala)$/;

/** The places of the quotes of each text of a line. An apostrophe within a word is none, nor is one character of a program. */
function literalsOf(line: string, path: string): readonly { readonly start: number; readonly end: number }[] {
  const literals: { start: number; end: number }[] = [];
  let start = -1;
  const isCharacter = characterQuotes.test(path);
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at]!;
    if (isCharacter && start < 0 && character === "'") {
      // A text in single quotes is no text there; within it nothing begins either.
      const end = line[at + 1] === "\\" ? at + 3 : at + 2;
      if (line[end] === "'") at = end;
      continue;
    }
    if (start >= 0) {
      if (character === "\\") at += 1;
      else if (character === line[start]) {
        literals.push({ start, end: at });
        start = -1;
      }
    } else if (
      character === '"' ||
      character === "`" ||
      (character === "'" && !/[A-Za-z\d]{2}$|(?:^|\W)[^bBuUrRfFLN\W]$/.test(line.slice(Math.max(0, at - 2), at)))
    )
      start = at;
    else if (character === "\\") at += 1;
  }
  return literals;
}
