/** The command that a keeper is. In a file of its own, because every start of the program reads it. */
export const keeperCommand = "serve-attachment";
