export { isAskedFor, isSaidByName } from "./asked-for.ts";
export { commentStart } from "./comment.ts";
export { isProgram, lineAbove, type NamedValue, namedValuesIn } from "./named-values.ts";
export { repeatsRepetition } from "./repetition.ts";
export { isServiceKey, kindOfName, wordsOfName } from "./secret-name.ts";
export {
  entropyOf,
  isExample,
  isLeftover,
  isMadeUp,
  isMadeUpPath,
  isOddWord,
  isPhrase,
  isPlaceholder,
  isRandom,
  isReadable,
  isRowOfKeys,
  isTestPath,
  isUuid,
  passwordStrength,
} from "./secret-text.ts";
export { announcedValueIn } from "./told-values.ts";
export { verbose } from "./verbose.ts";
