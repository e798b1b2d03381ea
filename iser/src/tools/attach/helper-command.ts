/** The command that a helper is. In a file of its own, because every start of the program reads it. */
export const helperCommand = "serve-attachment";
