import { scriptLanguages, vanishedRule } from "../../../kinds/index.ts";
import type { RuleSubject } from "../../../rule.ts";
import { isRootedOut, replacementsOf, successorOf } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

/** The field of a type: it says that there is a limit, not what it is. */
const declared = verbose`
  ^\s*(?:(?:public|private|protected|static|final|pub)\s+)*(?:
    readonly\s+[\w$]+\??\s*:
    | [\w$]+\??\s*:\s*(?:number|string|boolean|int|float|u?size|[ui]\d+|Option|Optional|Duration)\b[^=]*[;,]?$
  )
`;

const setsNoLimit = verbose`
  (?:None|null|nil|undefined|Infinity|-1|\b0)[\s,;)}]*$
  | lru_cache
  | ^\s*(?:import|from|use|using|\#include|export\s+(?:type|interface)|const\s+\w+\s*=\s*require)\b
  | clearTimeout
  | ^\s*(?:class|def|async\s+def|func|type|interface)\b
  | typing\. | \bis\s+(?:not\s+)?None\b
  | [!=]==?\s*(?:null|nil|undefined|None)\b
  | Errorf?\( | \b(?:print|log)\w*\( | ^\s*(?:\/\/|\#|\*)
`;

const naming = verbose`
  ^\s*(?:export\s+)?(?:(?:public|private|static|final|const|let|var|readonly|int|long|size_t)\s+)*
    ([A-Za-z_]\w+)\s*(?::[^=]{1,40})?:?=(?!=)
  | ^\s*\#define\s+(\w+)
`;

/** Whether a line only named a limit, and every line that had the name still has something in its place. */
function isNamedElse(text: string, file: RuleSubject): boolean {
  const [, one, other] = naming.exec(text.slice(0, 500)) ?? [];
  const name = one ?? other;
  if (name === undefined) return false;
  const own = new RegExp(`(?<![\\w$])${name}(?![\\w$])`);
  if (own.test(file.after ?? "")) return false;
  const uses = replacementsOf(file).flatMap((place) =>
    place.removed.filter((line) => line.text !== text && own.test(line.text)).map((line) => ({ line, place })),
  );
  const words = (line: string): number => line.match(/\w+/g)?.length ?? 0;
  return (
    uses.length > 0 &&
    uses.every(({ line, place }) => {
      const now = successorOf(line, place, 0.6);
      return now !== undefined && words(now.text) >= words(line.text);
    })
  );
}

export const limit = vanishedRule({
  id: "removal/limit",
  title: "A time-out or a limit was removed",
  category: "reliability",
  subcategory: "missing-limit",
  severity: "warning",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "rust", "php", "ruby", "yaml", "c", "cpp"],
  cwe: [400, 770],
  words: verbose("i")`
    \b(?:
      \w{0,30}time_?out\w{0,10} | deadline | With(?:Timeout|Deadline)
      | max_?(?:
          multipart\w{0,10} | header\w{0,8} | idle\w{0,8} | open\w{0,8} | pool\w{0,8} | upload\w{0,8} | tokens | rows
          | files | fields | params | lines | payload\w{0,6} | line | time | wait | size | length | len | retries
          | attempts | age | connections | items | depth | body | bytes | results | redirects | entries | requests
          | file_?size | content_?length | memory | concurrency
        )\w{0,12}
      | (?:rate|size|body|memory|request|upload|connection|file)_?limit\w{0,8}
      | limiter | throttle | limits | LimitReader | MaxBytesReader | AbortSignal\.timeout | expires_?in | SO_RCVTIMEO
      | p_?Limit | (?:Bounded)?Semaphore | LIMIT\s+\d+
    )
    | \.limit\(
    | \.take\((?=\s*(?:\d|\w*(?:max|limit)))
  `,
  when: (text) => !setsNoLimit.test(text) && !declared.test(text) && /[=:(,]|\bLIMIT\b/.test(text),
  // A limit that was handed in, and is handed in no more.
  isNeedless: ({ text, oldNumber }, _place, file) => {
    const value = /[=:]\s*([A-Za-z_$]\w*)[\w.]*\s*[,;)]*$/.exec(text)?.[1];
    return (value !== undefined && isRootedOut(file, [value], { startLine: oldNumber, endLine: oldNumber })) || isNamedElse(text, file);
  },
  // One is a limit too.
  instead: /\bfind_?(?:first|one|unique)\w*\(|\bfetch_?one\b|\.first\(/i,
  message:
    "This limit is gone and what it bounded goes on: a slow or greedy peer can now hold it as long, or fill it as far, as they like.",
  suggestion: "Keep a limit, if only a generous one.",
});
