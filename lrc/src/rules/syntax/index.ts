export { type Call, callsOf, named } from "./calls.ts";
export { changedText, touches } from "./changed-text.ts";
export { assignmentsOf, type Composition, compositionOf, isConstant } from "./composition.ts";
export { emptyCatchesOf } from "./empty-catch.ts";
export { hasGrammar, knownKinds, parse, SyntaxUnavailable } from "./grammar.ts";
export { isFromRequest } from "./request.ts";
export {
  type AddedLine,
  functionAround,
  likeness,
  type RemovedLine,
  type Replacement,
  replacementsOf,
  successorOf,
  survives,
  withoutSpace,
} from "./survival.ts";
export { linesOf, longestLine, mostCharacters, placeOf, type SyntaxNode, scopeOf, treeOf } from "./tree.ts";
