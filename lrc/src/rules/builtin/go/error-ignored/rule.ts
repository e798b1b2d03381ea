import { syntaxRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

const givesNoError = verbose`
  \b(
    ok | range | map | Cut | Lookup\w* | LookPath | Caller | Load | Split\w* | SplitHostPort | Divmod | Bits
    | DecodeRune\w* | Compare | Write\w* | Fprint\w* | Print\w* | Close | Remove\w* | Flush | Setenv | Unsetenv
  )\b
`;

const givesError = verbose`
  \b(
    json\.(Unm|M)arshal\w*
    | (ioutil|io|os)\.(Read\w+|Open\w*|Create|Mkdir\w*|WriteFile|Getwd|Stat)
    | strconv\.\w+ | http\.(Get|Post|NewRequest\w*)
    | \w*\.(
        Exec | Query | QueryRow | ExecContext | QueryContext | Begin | Commit | Decode | Encode | Do | Scan | Sign
        | Verify\w* | Validate\w*
      )
    | url\.(Parse|QueryUnescape) | time\.Parse\w* | x509\.\w+ | tls\.\w+ | rand\.Read | base64\.\w+\.DecodeString
    | hex\.DecodeString | bcrypt\.\w+ | uuid\.Parse
  )\(
`;

export const errorIgnored = syntaxRule({
  id: "go/error-ignored",
  title: "An error is thrown away",
  category: "reliability",
  subcategory: "swallowed-error",
  severity: "warning",
  confidence: "medium",
  languages: ["go"],
  cwe: [252, 391],
  mentions: /_\s*:?=|return nil/,
  find: [
    { kind: "assignment_statement", regex: "^_\\s*=\\s*[^;]*\\)$" },
    { kind: "short_var_declaration", has: { field: "left", regex: ",\\s*_$" } },
  ],
  when: (node, { diff }) => {
    if (/_test\.go$/.test(diff.path)) return false;
    const text = node.text();
    if (givesNoError.test(text)) return false;
    return givesError.test(text);
  },
  message: "If this fails the program goes on with a zero value, as if that were the answer.",
  suggestion: "Handle the error, or write beside it why it cannot happen.",
});
