/** How `lrc` ends. An interrupted one ends with 130. */
export const exitCodes = {
  /** Nothing was found at or above the level that was asked for. */
  ok: 0,
  findings: 1,
  /** The command line or the configuration is wrong. */
  usage: 2,
  /** It could not look, or not at everything. */
  couldNotReview: 3,
  /** Only for hooks: the commit is to be stopped. Any other failure of the program must not look like it. */
  stopCommit: 10,
} as const;
