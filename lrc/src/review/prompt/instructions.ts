import { verbose } from "#rules";

/** Texts that speak to whoever reviews rather than to whoever runs or reads the program. */
const addressed: readonly RegExp[] = [
  verbose("i")`
    \b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:
      previous | prior | above | earlier | all | any | your | other | system
    )\b.{0,30}\b(?:instruction|prompt|rule|guideline|direction|context)
  `,
  verbose("i")`
    \b(?:do\ not|don'?t|never|must\ not|stop)\b.{0,30}\b(?:report|flag|mention|raise|list|review|comment\ on)\b.{0,60}
    \b(?:
      finding | issue | problem | bug | vulnerab | this | file | line | code | change | anything | warning | secret
    )
  `,
  verbose("i")`
    \b(?:report|return|answer|respond|reply|output)\b.{0,30}\b(?:no|zero|empty|an\ empty)\b.{0,20}\b(?:
      findings? | issues? | problems? | list | array | vulnerabilit
    )
  `,
  verbose("i")`
    \b(?:as|dear|attention|note\ to|hey|hi|hello|instructions?\ (?:to|for))\b.{0,12}\b(?:an?\ |the\ |all\ )?(?:
      ai | llm | language\ model | automated | code | assistant | gpt | claude | gemini | copilot | reviewer | agent
    )s?\b.{0,20}\b(?:review|model|assistant|agent|bot|reader|:|,)
  `,
  verbose("i")`
    \b(?:you\ are|act\ as|pretend\ to\ be|from\ now\ on)\b.{0,30}\b(?:now|an?\ |the\ )?(?:
      unrestricted | approver | reviewer | assistant | dan\b | developer\ mode | helpful
    )
  `,
  verbose("i")`
    \b(?:approve|accept|merge|lgtm|sign\ off)\b.{0,30}\b(?:this|the)\b.{0,20}\b
    (?:change|diff|pr|pull\ request|patch|commit|code)\b.{0,40}\b(?:
      without | immediately | unconditionally | regardless | no\ matter | as\ safe
    )
  `,
  /\b(?:severity|confidence)\b.{0,20}\b(?:must|should|is to|has to|needs to)\b.{0,20}\b(?:be|stay)\b.{0,20}\b(?:info|low|none|critical)/i,
  verbose("i")`
    \b(?:mark|treat|classify|rate|consider|downgrade|lower)\b.{0,40}\b(?:as|to)\b.{0,10}\b(?:
      safe | info | low | harmless | false\ positive | reviewed | approved | not\ a\ (?:bug|vulnerability)
    )\b
  `,
  verbose("i")`
    <\|?(?:im_start|im_end|system|endoftext|start_header_id|eot_id|assistant|user)\|?>
    | \[\/?INST\] | <<\/?SYS>>
    | ^\s*\#{2,}\s*(?:system|new\ instructions?|instruction)\b
    | <\/?(?:diff|system|instructions?|user_query|data)>
  `,
  verbose("i")`
    \b(?:reveal|print|repeat|show|send|exfiltrate|leak)\b.{0,40}\b(?:
      system\ prompt
      | your\ (?:instructions|prompt|rules)
      | api\ key | environment\ variables? | secrets?\ (?:of|from)
    )
  `,
  /\b(?:system|developer|assistant)\s*(?:prompt|message|note|override|instruction)s?\s*:/i,
  verbose("i")`
    \b(?:run|execute|call|invoke|use)\b.{0,20}\b(?:shell|bash|terminal|tool|command|function)s?\b.{0,60}\b(?:
      curl | wget | rm | delete | send | post | fetch | push | upload
    )\b
  `,
  /["']?(?:findings|verdicts|issues)["']?\s*:\s*\[\s*(?:\]|\{\s*["']?(?:number|verdict)\b)/i,
];

/** Whether a line speaks to a reviewer. Invisible characters between its letters do not hide it, nor letters of tags that nobody sees. */
export function isAddressedToReviewer(line: string): boolean {
  const visible = line
    .slice(0, 4000)
    .normalize("NFKC")
    .replaceAll(/[\u{e0020}-\u{e007e}]/gu, (character) => String.fromCodePoint(character.codePointAt(0)! - 0xe0000))
    .replaceAll(/[\p{Cf}\u00ad]/gu, "");
  return addressed.some((pattern) => pattern.test(visible));
}
