/** Whatever scrolls can be reached and moved with the keyboard. */
export const focusable = { tabIndex: 0 } as const;
