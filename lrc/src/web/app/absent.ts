/** Stands in for parts of the diff library that the page never asks for: a second highlighter, its themes, and Shiki in WebAssembly. */
const absent = (): never => {
  throw new Error("this part is not in the page");
};

export const LiveTokenizer = absent;
export const codeToTokens = absent;
export const isSupportedLanguage = (): boolean => false;
export const themes = {};
export const createOnigurumaEngine = absent;
