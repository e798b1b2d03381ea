export { fileTextOf, isMentioned, textAround, textUpTo } from "./around.ts";
export { type Call, callsOf, forgetCalls, named } from "./calls.ts";
export { changedText, touches } from "./changed-text.ts";
export { isChecked } from "./checked.ts";
export { assignmentsOf, type Composition, compositionOf, grownOf, isConstant } from "./composition.ts";
export { forgetDefinitions } from "./definitions.ts";
export { emptyCatchesOf } from "./empty-catch.ts";
export { isKept, isMoved, isTakenOver } from "./gains.ts";
export { packageOf } from "./go-imports.ts";
export { knownKinds, parse } from "./grammar.ts";
export { isOpenEnded, objectOf, optionOf } from "./options.ts";
export { originOf } from "./origin.ts";
export { origins } from "./origins.ts";
export { scriptsOfPage } from "./page-script.ts";
export { isCalledWith, isFromRequest, isHandedIn, isToldHere } from "./request.ts";
export { cameFromElsewhere, isSaidBy, wasThere } from "./sameness.ts";
export { siblingsOf } from "./siblings.ts";
export {
  type AddedLine,
  functionAround,
  isRetyped,
  isRewrite,
  isRootedOut,
  isWithinText,
  likeness,
  namesIn,
  type RemovedLine,
  type Replacement,
  replacementsOf,
  successorOf,
  survives,
  withoutSpace,
} from "./survival.ts";
export { forgetTrees, languageOfTree, linesOf, longestLine, placeOf, type SyntaxNode, scopeOf, treeOf } from "./tree.ts";
export { writtenOf, writtenText } from "./written.ts";
