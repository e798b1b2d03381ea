/**
 * HTML that was made of Markdown, for those who use no mouse or do not see: what scrolls sideways is reached by the keyboard, and the corner of a table is no
 * heading without words.
 * @param {string} html
 */
export function accessibleHtml(html) {
  return html
    .replaceAll("<pre>", '<pre tabindex="0">')
    .replaceAll("<table>", '<table tabindex="0">')
    .replace(/<th( [^>]*)?><\/th>/g, "<td$1></td>");
}

/** Grounds are named, and not left to the browser: whatever is read on them is measured against them. */
export const grounds =
  ":root{color-scheme:light dark}body{background:light-dark(#fff,#0d1117);color:light-dark(#14181d,#eef2f6)}a{color:light-dark(#0550ae,#79b8ff)}";
