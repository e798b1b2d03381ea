import type { Language } from "../rule.ts";
import { verbose } from "../text/index.ts";
import { isAllowed } from "./allowed.ts";
import { answering, asking, fetching, measuring, passing, reading, saying, withoutDots } from "./answers.ts";
import { argumentNodes, calleeText, receiverOf } from "./call-parts.ts";
import { listOfCallback, madeOfEach } from "./callback.ts";
import { type Danger, isAlwaysHarmless, isHarmlessFor } from "./cleaner.ts";
import { allHeld, elementOf, emptiedAt, heldAt, heldUnder, lastSet, takenFrom } from "./container.ts";
import { type Definition, indexOf, type Scope, scopeAt } from "./definitions.ts";
import { callersOf, fillersOf, functionCalled, parameterOf, returnsOf, shiftOf } from "./functions.ts";
import { calls, functions, literals, members, names, strings, subscripts } from "./node-kinds.ts";
import { hasOwnParameter, origins, parameterBit, withoutParameters } from "./origins.ts";
import { fullNameAt } from "./python-imports.ts";
import { chosenArm, conditionOf, constantOf, definitionsOf } from "./reaching.ts";
import { isOfRequest, isReadFromRequest } from "./read-from-request.ts";
import { classOfThing, functionIn, isModule, isOwnFunction, isVariable } from "./receiver.ts";
import { isSource, isSourceTakenOut } from "./source.ts";
import { isStripped } from "./stripped.ts";
import { valuesOfSwitch } from "./switch-value.ts";
import { handedOut, heldInField } from "./thing.ts";
import { thrownTo } from "./thrown.ts";
import { isScript, type SyntaxNode } from "./tree.ts";
import { undefinedName } from "./undefined-name.ts";
import { isDeclaredNumber } from "./value-type.ts";

/** How far a value is followed: through this many expressions and names in all, for what was written to make us work. */
const mostSteps = 400;
const mostDepth = 40;

/** How many expressions were looked at since the program began, for tests of what is done how often. */
export const steps = { taken: 0 };

interface Walk {
  readonly language: Language;
  readonly danger: Danger;
  left: number;
  readonly file: Known | undefined;
  readonly seen: Set<number>;
  /** How many functions the walk went into. */
  calls: number;
}

/** Where the value of `node` comes from. `danger` says what it is used for: what is harmless in a page need not be in a command. */
export function originOf(node: SyntaxNode, language: Language, danger: Danger = "any"): number {
  const known = knownOf(node);
  const key = `${node.id()} ${danger}`;
  let mask = known?.masks.get(key);
  if (mask === undefined) {
    mask = follow(node, walkOf(node, language, danger), 0);
    known?.masks.set(key, mask);
  }
  return mask;
}

/** What was found out about a file, and how many steps may still be made in it. */
interface Known {
  readonly masks: Map<string, number>;
  left: number;
}

const knownOfFiles = new WeakMap<object, Known>();
/** Far more than code that somebody wrote needs. What is beyond is not known. */
const mostStepsOfFile = 40_000;

function knownOf(node: SyntaxNode): Known | undefined {
  const index = indexOf(node);
  if (index === undefined) return undefined;
  let known = knownOfFiles.get(index);
  if (known === undefined) {
    known = { masks: new Map(), left: mostStepsOfFile };
    knownOfFiles.set(index, known);
  }
  return known;
}

function walkOf(node: SyntaxNode, language: Language, danger: Danger): Walk {
  return { language, danger, left: mostSteps, file: knownOf(node), seen: new Set(), calls: 0 };
}

/** Whether the value comes from a request, be it through the parameters of its function and who calls that in this file. */
export function comesFromRequest(node: SyntaxNode, language: Language, danger: Danger = "any"): boolean {
  return reachesRequest(node, originOf(node, language, danger), walkOf(node, language, danger), 0);
}

function reachesRequest(node: SyntaxNode, mask: number, walk: Walk, depth: number): boolean {
  if ((mask & origins.request) !== 0) return true;
  const index = indexOf(node);
  if (depth > 2 || !hasOwnParameter(mask) || index === undefined) return false;
  const scope = scopeAt(index.scopes, node.range().start.index);
  for (const call of callersOf(scope, index)) {
    const values = call.arguments;
    for (let place = 0; place < values.length; place += 1) {
      if ((mask & parameterBit(place + call.shift)) === 0 || walk.left <= 0) continue;
      if (reachesRequest(values[place]!, follow(values[place]!, walk, 0), walk, depth + 1)) return true;
    }
  }
  return false;
}

function follow(node: SyntaxNode, walk: Walk, depth: number): number {
  const kind = String(node.kind());
  if (literals.test(kind)) return 0;
  if (walk.left <= 0 || depth > mostDepth || walk.file?.left === 0) return origins.unknown;
  walk.left -= 1;
  if (walk.file !== undefined) walk.file.left -= 1;
  steps.taken += 1;
  if (names.test(kind)) return followName(node, walk, depth);
  if (members.test(kind) || subscripts.test(kind)) return followPart(node, kind, walk, depth);
  if (calls.test(kind)) return followCall(node, walk, depth);
  if (functions.test(kind)) return origins.unknown;
  if (/^(ternary_expression|conditional_expression|conditional)$/.test(kind)) {
    const arm = chosenArm(node);
    if (arm !== undefined) return follow(arm, walk, depth + 1);
    const condition = conditionOf(node)?.id();
    return union(
      node.children().filter((child) => child.id() !== condition),
      walk,
      depth,
    );
  }
  if (kind === "switch_expression" && walk.language === "java") return union(valuesOfSwitch(node), walk, depth);
  if (/^(binary_expression|binary_operator|binary|boolean_operator|comparison_operator|infix_expression)$/.test(kind)) {
    if (/^(?:[=!]==?|[<>]=?|in|not in|is|is not|instanceof|-|\*|\/|~)$/.test(operatorOf(node)) && !/^["'`]/.test(node.text()))
      return origins.cleaned;
    return union(node.children(), walk, depth);
  }
  if (kind === "unary_expression" && /^(?:[!+-]|typeof\b)/.test(node.text())) return origins.cleaned;
  if (kind === "not_operator") return origins.cleaned;
  if (kind === "assignment_expression" || kind === "named_expression") {
    const value = node.field("right") ?? node.field("value");
    return value === null ? origins.unknown : follow(value, walk, depth + 1);
  }
  if (kind === "cast_expression" && /^\(\s*(?:int|long|float|double|short|boolean|Integer|Long|bool)\s*\)/.test(node.text()))
    return origins.cleaned;
  // Of Go: what it is taken for says nothing of where it comes from.
  if (kind === "type_assertion_expression") return follow(node.field("operand") ?? node.child(0)!, walk, depth + 1);
  if (/^(keyword_argument|pair|argument)$/.test(kind)) {
    const value = node.field("value") ?? node.children().findLast((child) => child.isNamed());
    return value === undefined ? 0 : follow(value, walk, depth + 1);
  }
  if (node.isLeaf()) return strings.test(kind) || !/\w/.test(node.text()) ? 0 : origins.unknown;
  return union(node.children(), walk, depth);
}

function union(nodes: readonly SyntaxNode[], walk: Walk, depth: number): number {
  let mask = 0;
  for (const node of nodes) if (node.isNamed()) mask |= follow(node, walk, depth + 1);
  return mask;
}

function operatorOf(node: SyntaxNode): string {
  return node.field("operator")?.text() ?? node.child(1)?.text() ?? "";
}

function followName(node: SyntaxNode, walk: Walk, depth: number): number {
  const text = node.text();
  if (/^(?:[A-Z][A-Z0-9_]{2,}|this|self|undefined|NULL|nil|None)$/.test(text)) return constantName(node, walk, depth);
  if (ofThisProgram.test(text)) return 0;
  if (isSource(text, walk.language)) return origins.request;
  if (isAllowed(node)) return origins.cleaned;
  const definitions = definitionsOf(node);
  const filled = walk.language === "go" || walk.language === "java" ? filledBy(node, walk, depth) : 0;
  if ((filled & origins.request) !== 0) return filled;
  if (definitions.length === 0) {
    const list = isScript.test(walk.language) ? listOfCallback(node, text) : undefined;
    if (list !== undefined) return follow(list, walk, depth + 1);
    const thrown = walk.language === "java" ? thrownTo(node) : [];
    return thrown.length > 0 ? union(thrown, walk, depth) : undefinedName(node, text);
  }
  let mask = 0;
  const emptied = emptiedAt(node);
  for (const definition of definitions) {
    if (walk.seen.has(definition.start) || definition.start < emptied) continue;
    walk.seen.add(definition.start);
    const pattern = definition.node.field("name");
    if (pattern?.kind() === "object_pattern" && isSourceTakenOut(pattern.text(), text, definition.value.text(), walk.language))
      mask |= origins.request;
    const worth = fromElsewhere(definition, node, follow(definition.value, walk, depth + 1), walk, depth);
    mask |= worth !== 0 && walk.language === "java" && isDeclaredNumber(definition) ? origins.cleaned : worth;
    walk.seen.delete(definition.start);
    if ((mask & origins.request) !== 0) break;
  }
  if ((mask & origins.request) === 0) for (const put of elementOf(node)) mask |= follow(put, walk, depth + 1);
  return mask | filled;
}

/** What a definition in another function was called with is what that function is called with. */
function fromElsewhere({ start }: Definition, node: SyntaxNode, mask: number, walk: Walk, depth: number): number {
  if (!hasOwnParameter(mask)) return mask;
  const index = indexOf(node);
  if (index === undefined) return mask;
  const home = scopeAt(index.scopes, start);
  const own = scopeAt(index.scopes, node.range().start.index);
  if (home === own) return mask;
  let outcome = withoutParameters(mask);
  for (let scope = own.parent; scope !== undefined; scope = scope.parent) if (scope === home) return outcome | origins.outer;
  const callers = callersOf(home, index);
  if (callers.length === 0) return outcome | origins.outer;
  for (const { arguments: values, shift } of callers)
    values.forEach((value, place) => {
      // What the callers were called with in turn is not asked.
      if ((mask & parameterBit(place + shift)) !== 0) outcome |= withoutParameters(follow(value, walk, depth + 1));
    });
  return outcome;
}

const binding = verbose`
  \.(?:
    Bind\w* | ShouldBind\w* | MustBind\w* | BodyParser | QueryParser | ParamsParser | CookieParser | ReqHeaderParser
    | ReadJSON | ReadForm | ReadQuery
  )$
  | ^render\.(?:Bind|Decode\w*)$ | ^(?:schema|decoder)\.Decode$
`;
const decoding = /\.(?:Decode|Unmarshal\w*|ReadFrom|Sscanf?|Sscanln|Fscanf?|read|readFully|readNBytes|getChars)$/;

/** What was read into a variable that was handed over for it: `json.NewDecoder(r.Body).Decode(&in)`, `stream.read(buffer)`. */
function filledBy(node: SyntaxNode, walk: Walk, depth: number): number {
  const index = indexOf(node);
  if (index === undefined) return 0;
  let mask = 0;
  for (const call of fillersOf(node, index)) {
    const callee = calleeText(call);
    if (binding.test(callee)) return origins.request;
    // What somebody types is not known.
    if (/^fmt\.Scan(?:f|ln)?$/.test(callee)) mask |= origins.unknown;
    if (!decoding.test(callee)) continue;
    const receiver = receiverOf(call);
    mask |= receiver === undefined || isModule(receiver) ? 0 : follow(receiver, walk, depth + 1);
    for (const value of argumentNodes(call))
      if (walk.language === "go" && !value.text().startsWith("&")) mask |= follow(value, walk, depth + 1);
  }
  return mask;
}

/** A name in capitals is a constant, whatever it was given; here it can be seen. */
function constantName(node: SyntaxNode, walk: Walk, depth: number): number {
  const [value] = definitionsOf(node);
  return value === undefined || walk.seen.has(value.start) ? 0 : follow(value.value, walk, depth + 1) & ~origins.unknown;
}

/** Where a program of JavaScript lies and what it runs on: nobody outside chooses that. */
const ofThisProgram = verbose`
  ^(?:
    process\.(?:execPath|platform|arch|pid|version|versions\.\w+|argv\[[01]\]|argv0)
    | import\.meta\.(?:url|dirname|filename)
    | (?:path\.)?(?:sep|delimiter) | os\.EOL | __dirname | __filename
  )$
`;

/** A field or an element: what it was given itself counts, else what it is taken out of. */
function followPart(node: SyntaxNode, kind: string, walk: Walk, depth: number): number {
  const text = node.text();
  if (text.length > 600) return origins.unknown;
  if (ofThisProgram.test(text)) return 0;
  if (isScript.test(walk.language) && ofUpload.test(text)) return origins.unknown;
  if (isScript.test(walk.language) && isAllowed(node)) return origins.cleaned;
  const named = tableOf(node, kind, walk.language) ?? text;
  if (isSource(named, walk.language) || isOfRequest(node, named, walk.language)) return origins.request;
  if (/\.(?:length|size|Length|Count)$/.test(text)) return origins.cleaned;
  if (/^(?:[A-Za-z_]\w*(?:\.|::))+[A-Z][A-Z0-9_]{2,}$/.test(text)) return 0;
  const definitions = definitionsOf(node);
  if (definitions.length > 0) {
    let mask = 0;
    for (const definition of definitions) {
      const { value, start, adds } = definition;
      if (walk.seen.has(start)) continue;
      walk.seen.add(start);
      const worth = follow(value, walk, depth + 1);
      mask |= (walk.language === "java" ? fromElsewhere(definition, node, worth, walk, depth) : worth) | (adds ? origins.unknown : 0);
      walk.seen.delete(start);
    }
    return mask;
  }
  if (isAllowed(node)) return origins.cleaned;
  const whole =
    node.field("object") ??
    node.field("operand") ??
    node.field("value") ??
    node.field("array") ??
    node.field("expression") ??
    node.child(0);
  if (whole === null || whole === undefined) return origins.unknown;
  if (members.test(kind)) {
    const field = node.field("field") ?? node.field("property") ?? node.field("attribute");
    const held = field === null || !/^\w{1,60}$/.test(whole.text()) ? undefined : partHeld(whole, field.text(), walk.language);
    if (held !== undefined && held.length > 0) return union(held, walk, depth);
    const mask = follow(whole, walk, depth + 1);
    // A field of something written in the source is still not known; one of something that was looked at was looked at too.
    return mask === origins.cleaned ? mask : mask | origins.unknown;
  }
  const held = heldUnder(whole, node.field("index") ?? node.field("subscript") ?? undefined);
  return held === undefined ? follow(whole, walk, depth + 1) : union(held, walk, depth);
}

function partHeld(whole: SyntaxNode, name: string, language: Language): readonly SyntaxNode[] | undefined {
  return language === "java" ? heldInField(whole, name) : heldAt(whole, name);
}

/** Where the server itself put what was sent. */
const ofUpload = /\breq(?:uest)?\??\.files?\b.{0,60}\.(?:path|filepath|tempFilePath|destination|size)$/;

/** What an element is taken out of, where a value names it: a request that only names what is chosen from a table does not hold it. */
function tableOf(node: SyntaxNode, kind: string, language: Language): string | undefined {
  const isTable = isScript.test(language)
    ? kind === "subscript_expression"
    : (language === "go" && kind === "index_expression") || (language === "python" && kind === "subscript");
  if (!isTable) return undefined;
  const index = node.field("index") ?? node.field("subscript");
  return index === null || /string|number|int_literal|^integer$|slice/.test(String(index.kind()))
    ? undefined
    : (node.field("object") ?? node.field("operand") ?? node.field("value"))?.text();
}

function followCall(node: SyntaxNode, walk: Walk, depth: number): number {
  const callee = calleeText(node);
  if (callee.length > 300) return origins.unknown;
  const name = /([\w$]+)(?:<[^<>]*>)?$/.exec(callee)?.[1] ?? "";
  const receiver = receiverOf(node);
  const values = argumentNodes(node);
  if (isScript.test(walk.language) && receiver !== undefined && saying.test(name)) return origins.cleaned;
  // What is called on what another call answered is asked of that.
  if (
    !(isScript.test(walk.language) && receiver !== undefined && calls.test(String(receiver.kind()))) &&
    isSource(`${callee}(`, walk.language)
  )
    return origins.request;
  if (isAlwaysHarmless(callee)) return origins.cleaned;
  const handed = receiver === undefined ? undefined : handedByThing(node, receiver, name, values, walk.language);
  if (handed !== undefined) return union(handed, walk, depth);
  if (isHarmlessFor(walk.language === "python" ? fullNameAt(node, callee) : callee, walk.danger) || isStripped(name, values, walk.danger))
    return origins.cleaned;
  if (walk.language === "java" && isReadFromRequest(callee, receiver, values, walk.language)) return origins.request;
  const own = functionCalled(node, callee, receiver, receiver === undefined ? undefined : classOfThing(receiver));
  // What is made of something holds it.
  if (own !== undefined && own.node.kind() !== "constructor_declaration" && walk.calls < 4) return followInto(own, values, walk, depth);
  const called = walk.language === "java" && receiver !== undefined ? functionIn(receiver) : undefined;
  if (called !== undefined && /^(?:apply\w*|get\w*|test|call)$/.test(name))
    return followFunction(called, union(values, walk, depth), walk, depth);
  const taken = receiver === undefined ? undefined : followTaken(receiver, name, values, walk, depth);
  if (taken !== undefined) return taken;
  if (isScript.test(walk.language) && walk.danger === "path" && withoutDots.test(node.text().slice(-160))) return origins.cleaned;
  const made = isScript.test(walk.language) && /^(?:map|flatMap)$/.test(name) ? madeOfEach(values[0]) : undefined;
  if (made !== undefined) return follow(made, walk, depth + 1);
  let mask = receiver === undefined || isModule(receiver) ? 0 : follow(receiver, walk, depth + 1);
  const [first] = values;
  if (first !== undefined && isOwnFunction(first) && /^(?:map\w*|flatMap|thenApply)$/.test(name))
    return followFunction(first, mask, walk, depth);
  if (measuring.test(name)) return origins.cleaned;
  // What another server or program answers is not what it was asked.
  if (fetching.test(callee)) return origins.unknown;
  // Nothing is above the root.
  if (walk.danger === "path" && /^(?:file)?path\.Clean$/.test(callee) && /^["`]\/["`]\s*\+/.test(values[0]?.text() ?? ""))
    return origins.cleaned;
  if (/^(?:fmt\.Sprintf|String\.format)$/.test(callee)) return formatted(values, walk, depth);
  if (answering.test(name) && !reading.test(callee) && !/^find(?:First|Any)$/.test(name))
    return origins.unknown | (mask & ~origins.request);
  for (const value of values) mask |= isOwnFunction(value) ? followFunction(value, mask, walk, depth) : follow(value, walk, depth + 1);
  if (passing.test(name) || (mask === origins.cleaned && values.length === 0)) return mask;
  // What is told nothing but what is written here, and is not asked for something, answers something of the program's own.
  if (mask <= origins.unknown && (mask & origins.request) === 0 && isTold(values, walk, depth) && !asking.test(name))
    return origins.cleaned;
  return mask | origins.unknown;
}

/** What a call without arguments hands out that a thing holds, or was given by its setter: `pair.first()`, `person.getName()`. */
function handedByThing(
  call: SyntaxNode,
  receiver: SyntaxNode,
  name: string,
  values: readonly SyntaxNode[],
  language: Language,
): readonly SyntaxNode[] | undefined {
  if (values.length > 0) return undefined;
  const held = language === "java" ? handedOut(call, receiver, name) : undefined;
  if (held !== undefined) return held;
  return /^(?:get|is)\w*$/.test(name) && isVariable(receiver) ? lastSet(receiver, name) : undefined;
}

/** What is taken out of a list, map or queue: `held.get("a")`, `held.poll()`. Undefined where the call takes nothing, or where nothing is known of what is in it. */
function followTaken(receiver: SyntaxNode, name: string, values: readonly SyntaxNode[], walk: Walk, depth: number): number | undefined {
  const taken = values.length === 0 ? takenFrom(receiver, name) : undefined;
  if (taken !== undefined) return union(taken, walk, depth);
  if (/^(?:get|getOrDefault|elementAt|at|pop|remove|getProperty)$/.test(name)) return followLookup(receiver, values, walk, depth);
  const elements = /^(?:nextElement|next|poll|peek)$/.test(name) ? elementOf(receiver) : [];
  return elements.length > 0 ? union(elements, walk, depth) : undefined;
}

/** What a table holds under a key, or else all that it holds. */
function followLookup(table: SyntaxNode, values: readonly SyntaxNode[], walk: Walk, depth: number): number | undefined {
  const [at, fallback] = values;
  const held = heldUnder(table, at);
  if (held !== undefined) return union(held.length === 0 && fallback !== undefined ? [fallback] : held, walk, depth);
  const others = fallback === undefined ? 0 : follow(fallback, walk, depth + 1);
  const all = at === undefined || walk.language !== "java" ? undefined : allHeld(table);
  if (all !== undefined) return union(all, walk, depth) | others;
  // A key is no value of the table it is looked up in.
  return isVariable(table) ? follow(table, walk, depth + 1) | others : undefined;
}

/** What a format makes of its values: those it writes as numbers can do no harm. */
function formatted([format, ...values]: readonly SyntaxNode[], walk: Walk, depth: number): number {
  if (format === undefined) return 0;
  const verbs = constantOf(format);
  const places = typeof verbs === "string" ? verbs.match(/%[-+ #0-9.]*[a-zA-Z]/g) : null;
  let mask = follow(format, walk, depth + 1);
  values.forEach((value, at) => {
    const isNumber = places?.length === values.length && /[dtfeEgGxXobc]$/.test(places[at] ?? "");
    mask |= isNumber ? origins.cleaned : follow(value, walk, depth + 1);
  });
  return mask;
}

/** Whether a call has arguments, and all of them are written in the source. */
function isTold(values: readonly SyntaxNode[], walk: Walk, depth: number): boolean {
  return values.length > 0 && values.every((value) => follow(value, walk, depth + 1) === 0);
}

/** What a function of Java makes of what it is given, wherever it stands: `text -> text.trim()`, `String::trim`. */
function followFunction(node: SyntaxNode, given: number, walk: Walk, depth: number): number {
  if (node.kind() === "method_reference") {
    const callee = node.text().replace("::", ".");
    if (isAlwaysHarmless(callee) || isHarmlessFor(callee, walk.danger)) return origins.cleaned;
    return passing.test(callee.slice(callee.lastIndexOf(".") + 1)) ? given : given | origins.unknown;
  }
  const index = indexOf(node);
  if (index === undefined || walk.calls >= 4) return given | origins.unknown;
  walk.calls += 1;
  const mask = union(returnsOf(scopeAt(index.scopes, node.range().start.index)), walk, depth);
  walk.calls -= 1;
  return withoutParameters(mask) | (hasOwnParameter(mask) ? given : 0);
}

function followInto(own: Scope, values: readonly SyntaxNode[], walk: Walk, depth: number): number {
  walk.calls += 1;
  let mask = 0;
  for (const value of returnsOf(own)) mask |= follow(value, walk, depth + 1);
  walk.calls -= 1;
  let outcome = withoutParameters(mask);
  const shift = shiftOf(own);
  values.forEach((value, place) => {
    if ((mask & parameterBit(parameterOf(own, place + shift))) !== 0) outcome |= follow(value, walk, depth + 1);
  });
  return outcome;
}
