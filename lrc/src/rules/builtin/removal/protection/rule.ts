import { scriptLanguages, vanishedRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const protection = vanishedRule({
  id: "removal/protection",
  title: "Something that asked, bounded or protected was removed",
  category: "reliability",
  subcategory: "missing-validation",
  severity: "warning",
  confidence: "medium",
  languages: [
    ...scriptLanguages,
    "python",
    "go",
    "java",
    "csharp",
    "php",
    "ruby",
    "rust",
    "shell",
    "sql",
    "yaml",
    "terraform",
    "json",
    "dockerfile",
  ],
  cwe: [20, 693],
  words: verbose`
    @(?:
      Valid | Validated | NotNull | NotBlank | NotEmpty | Size | Min | Max | Email | Pattern | Positive\w{0,6}
      | Digits | Past | Future | Nonnull | NonNull | Transactional | IsString | IsEmail | IsInt | IsUUID | IsNotEmpty
      | Length | MaxLength | MinLength | Matches | GuardedBy | Synchronized | Retryable | RateLimiter | CircuitBreaker
      | transaction\.atomic | ratelimit | limiter\.limit | validator | field_validator | model_validator | validates
      | csrf_protect | require_http_methods | require_POST | never_cache | sensitive_\w{1,20}
      | xframe_options_\w{1,20}
    )\b
    | \[(?:
        Required | StringLength | Range | MaxLength | MinLength | RegularExpression | EmailAddress | RequestSizeLimit
        | EnableRateLimiting
      )\b
    | \b(?:
        validates(?:_\w{1,30})?\s+: | before_action\s+: | helmet\s*\( | mongoSanitize\( | hpp\( | xss\( | cors\(\{
        | expressValidator | body_?validat\w{0,6}
        | (?:Security|Csrf|XFrame|Auth\w{0,14}|Session|TrustedHost|HTTPSRedirect)\w{0,12}Middleware
        | SECURE_\w{1,30}\s*=
        | SESSION_COOKIE_(?:SECURE|HTTPONLY|SAMESITE)
        | CSRF_COOKIE_\w{1,12} | X-Frame-Options | X-Content-Type-Options | Strict-Transport-Security
        | Content-Security-Policy | BEGIN\ TRANSACTION | START\ TRANSACTION | begin_?transaction | \$transaction\(
        | transaction\.atomic\( | \.transaction\b | db\.Begin\w{0,4}\( | set\ -[a-z]{0,3}e[a-z]{0,3}\b
        | set\ -o\ pipefail | readOnlyRootFilesystem:\s*true | runAsNonRoot:\s*true
        | allowPrivilegeEscalation:\s*false
        | deletion_protection\s*=\s*true | prevent_destroy\s*=\s*true | encrypted\s*=\s*true
        | block_public_\w{1,10}\s*=\s*true
        | NOT\ NULL\b | FOREIGN\ KEY\b | CHECK\s*\(
      )
    | ["']use\ strict["'] | declare\(strict_types | ^\s*\#\s*frozen_string_literal
    | \.(?:isEmail|isUUID|isLength|isInt|isURL|required|nonempty|email|uuid|regex|strict)\(
    | binding:"required | validate:"
    | require(?:Csrf|Https|Tls)\w{0,10}
    | \b(?:
        httpOnly | HttpOnly | httponly | Secure | secure | sameSite | SameSite | samesite
      )["']?\s*[:=]\s*(?:true|True|["'](?:strict|lax)|http\.SameSite)
    | \bsecure_compare\b | integrity= | \bhmac\.
    | \b(?:rejectUnauthorized|verify_?(?:ssl|tls|peer)?|checkServerIdentity|algorithms)\s*[:=]\s*(?:true|True|\[)
    | \b(?:strict\w{0,30}|no(?:Implicit|UncheckedIndexed|Unused|Fallthrough|PropertyAccess)\w{0,40}|exactOptionalPropertyTypes)["']?\s*[:=]\s*(?:true|True)
    | \b(?:sha\d{1,3}sum|md5sum|shasum)\b[^|]{0,60}\s(?:-\w*c\b|--check) | \b(?:gpgv?|minisign|cosign)\b.{0,40}\bverify
    | \b[cC]hmod\b.{0,80}\b0?o?[0-7]?[4-7]00\b
    | \.regenerate\( | \bsession_regenerate_id\b | \bcycle_key\( | \breset_session\b
    | \baudit\w{0,20}\.(?:record|log|write|info|add|create|track)\( | \baudit_?log\w{0,20}\(
    | ^\s*USER\s+(?!root|0) | ^\s*umask\s+0?[0-7]?77\b | from_mode\(0o[0-7]?[4-7]00\)
    | \.set(?:HttpOnly|Secure)\(\s*true | \#!\[(?:deny|forbid)\(
    | (?<=^\s*(?:-\s+)?run:.{0,80})\b(?:audit|lint|tests?|check|vet|clippy|typecheck|scan|verify)\b
  `,
  instead: verbose("i")`
    valid | schema | transaction | helmet | security | header | strict | atomic | zod | joi | pydantic | secure | samesite | policy | constraint | middleware
    | ["']extends["'] | ^\s*USER\b | umask
  `,
  when: (text) => !/^\s*(?:import|from|using|require|require_once|export\s+\{)\b|^\s*(?:const|let|var)\s.{0,80}=\s*require\(/.test(text),
  message: "What this asked for, bounded or kept together is still done, and nothing asks any more.",
  suggestion: "Put it back, or show where that is seen to now.",
});
