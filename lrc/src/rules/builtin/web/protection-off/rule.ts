import { inScript, lineRule, scriptLanguages } from "../../../kinds/index.ts";
import { isMadeUpPath, verbose } from "../../../text/index.ts";

/** Options whose names others have too. */
const ofHelmet = verbose`
  ^(?:
    noSniff | ieNoOpen | hidePoweredBy | referrerPolicy | dnsPrefetchControl | permittedCrossDomainPolicies
    | crossOrigin\w+ | expectCt | xssProtection | frameguard | hsts | policy
  )\b
`;

export const protectionOff = lineRule({
  id: "web/protection-off",
  title: "A protection of the framework is switched off",
  category: "security",
  subcategory: "disabled-protection",
  severity: "warning",
  confidence: "high",
  languages: [...scriptLanguages, "python", "java", "csharp", "php", "ruby"],
  cwe: [16, 352],
  match: {
    ...inScript(
      verbose`
        contentSecurityPolicy["']?\s*:\s*false
        | webSecurity["']?\s*[:=]\s*(?:false|0\b)
        | experimentalFeatures["']?\s*[:=]\s*true
        | experimentalCanvasFeatures["']?\s*:\s*true
        | (?:enableBlinkFeatures|blinkFeatures)["']?\s*:\s*["'\`]\w
        | enableRemoteModule["']?\s*:\s*true
        | insecureHTTPParser\s*:\s*true
        | \b(?:
            noSniff | ieNoOpen | hidePoweredBy | referrerPolicy | dnsPrefetchControl | permittedCrossDomainPolicies
            | crossOriginOpenerPolicy | crossOriginResourcePolicy | expectCt
          )\s*:\s*false\b
        | policy\s*:\s*\[?\s*["'\`](?:unsafe-url|no-referrer-when-downgrade)
        | frameAncestors["']?\s*:\s*\[[^\]]{0,40}["'\`]\*
        | [xX]-[xX][sS][sS]-[pP]rotection["'\`]\s*[,:]\s*["'\`]?0\b
        | \$compileProvider\.[a-z]\w+SanitizationTrustedUrlList\s*\(\s*["'\`/]\^?\.\*
        | \$compileProvider\.[a-z]\w+SanitizationWhitelist\s*\(\s*["'\`/]\^?\.\*
        | \bresourceUrl(?:Whitelist|TrustedList|WhiteList)\(\s*\[[^\]]{0,80}["'\`]\*\*?["'\`]
        | \$translateProvider\.useSanitizeValueStrategy\(\s*(?:null|undefined|["'\`]{2}|\))
        | \b(?:escapeHtml|skipHtml)=\{\s*false
        | <\w*[mM]arkdown\w*[^>]{0,120}\ballowDangerousHtml\b
        | \.enableSvg\(\s*(?:true|\))
        | allowProto(?:Properties|Methods)ByDefault\s*:\s*true
        | \bescapeHtml\s*:\s*false | \bautoEscape\s*:\s*false | \bsanitize\s*:\s*false
        | nodeIntegration(?:InSubFrames|InWorker)?["']?\s*[:=]\s*(?:true|1)\b
        | contextIsolation["']?\s*[:=]\s*false
        | allowRunningInsecureContent["']?\s*[:=]\s*true
        | \bdocument\.domain\s*=[^=]
        | (?:allowDisplayingInsecureContent|allowpopups)["']?\s*[:=]\s*true
        | \bcsrf\s*:\s*false | autoescape\s*:\s*false | disableHostCheck\s*:\s*true | \bnoEscape\s*:\s*true
        | [mM]ustache\.escape\s*= | escapeMarkup\s*=\s*false
        | \$sceProvider\.enabled\(\s*(?:false|0\b)
        | \bserialize\([^)]{0,120}unsafe\s*:\s*true
        | xssProtection\s*:\s*false | frameguard\s*:\s*false | hsts\s*:\s*false
        | dotfiles["']?\s*:\s*["'\`]allow
        | serveIndex\( | enableXSSAuditor\s*:\s*false
        | javascriptEnabled\s*:\s*true.*allowFileAccess
        | [mM]arkdown[iI]t\w{0,9}\([^)]{0,60}\bhtml\s*:\s*true
        | \bxfwd\s*:\s*true | \brequireTLS\s*:\s*false | \bignoreTLS\s*:\s*true
        | dnsPrefetchControl\(\{\s*allow\s*:\s*true
        | \bdangerouslyAllowSVG\s*:\s*true
        | \bio\.set\(\s*["'\`]origins["'\`]\s*,\s*["'\`]\*
        | appendSwitch\(\s*["'\`]disable-web-security
        | (?:[sS]erialize\w{0,20}|\bsj)\([^;]{0,120}\bunsafe\s*:\s*true
        | \.hsts\(\s*\{\s*maxAge\s*:\s*\d{1,6}\b
      `,
    ),
    python: verbose`
      @csrf_exempt\b | WTF_CSRF_ENABLED\s*=\s*False | autoescape\s*=\s*False
      | ALLOWED_HOSTS\s*=\s*\[\s*["']\*["']
      | SECURE_SSL_REDIRECT\s*=\s*False
      | \.run\([^#]{0,200}debug\s*=\s*True
      | \bEnvironment\((?![^#]{0,200}(?:autoescape|\*\*))[^#]{0,200}\)\s*$
      | \bapp\.debug\s*=\s*True
      | select_autoescape\s*\(\s*\[\s*\]
      | ^\s*DEBUG\s*=\s*True | ["']DEBUG["']\]\s*=\s*True
      | \bPERMANENT_SESSION_LIFETIME\s*=\s*None
      | SECURE_BROWSER_XSS_FILTER\s*=\s*False
      | SECURE_CONTENT_TYPE_NOSNIFF\s*=\s*False
      | X_FRAME_OPTIONS\s*=\s*["']ALLOW
      | WTF_CSRF_(?:ENABLED|CHECK_DEFAULT)["'\]]*\s*=\s*False
      | csrf\s*=\s*False | check_csrf\s*=\s*False | require_csrf\s*=\s*False | @csrf\.exempt\b | disable_csrf
      | mark_safe=True | csrf_enabled\s*=\s*False | ["']csrf["']\s*:\s*False | ["']autoescape["']\s*:\s*False
      | \bcsrf\.exempt\( | \bcsrf_exempt\( | \.exempt\s*$ | \bjinja2\.Environment\(\s*\)
      | \bEnvironment\(\s{0,9}(?:loader\s{0,9}=\s{0,9}[^,()]{1,60}(?:\([^()]{0,80}\))?)?\s{0,9}\)
      | SECURE_HSTS_SECONDS\s*=\s*0
      | SESSION_COOKIE_SAMESITE\s*=\s*None
      | DEBUG_PROPAGATE_EXCEPTIONS\s*=\s*True
      | ["']FLASK_DEBUG["']\]\s*=\s*(?:True|["']1)
      | \bdebug\s*=\s*True\s*\)
      | autoescape\s*=\s*lambda[^:]{0,20}:\s*False
      | CORS_ORIGIN_REGEX_WHITELIST\s*=\s*\[\s*r?["']\^?\.[*+]
      | use_debugger\s*=\s*True | use_evalex\s*=\s*True | PREVENT_XFRAME | enable_csrf\s*=\s*False
      | default_csrf\w*\s*=\s*False
      | set_default_csrf_options\([^)]{0,80}require_csrf\s*=\s*False
      | SESSION_SERIALIZER\s*=\s*["'][\w.]{0,80}PickleSerializer
      | (?:PASSWORD_HASHERS\s*=\s*[[(]|^)\s*["'][\w.]{0,60}\.(?:MD5|SHA1|Unsalted\w{3,4}|Crypt)PasswordHasher
      | AUTH_PASSWORD_VALIDATORS\s*=\s*(?:\[\s*\]|\(\s*\)|None)
      | DEFAULT_PERMISSION_CLASSES["']\s*:\s*[[(]\s*["']rest_framework\.permissions\.AllowAny
      | autoescape\s*=\s*None\b
      | \bdebug\s*=\s*DEBUG\b
      | ^\s*def\ check_xsrf_cookie\(
      | config\[["']TESTING["']\]\s*=\s*True
      | config\[["']ENV["']\]\s*=\s*["']development
      | check_origin\s*=\s*False | graphiql\s*=\s*True
    `,
    java: verbose`
      \.csrf\(\s*\)\s*\.disable\(\)
      | csrf\(\s*\w+\s*->\s*\w+\.disable\(\)
      | csrf\(\s*(?:AbstractHttpConfigurer|CsrfConfigurer)::disable
      | frameOptions\(\s*\)\s*\.disable
      | setAllowDtd\(true | ^\s*csrf\.disable\(\)
      | \.setEscapeModelStrings\(\s*false
      | headers\(\)\.disable\(\)
      | EndpointRequest\.toAnyEndpoint\(\)
      | setDisableUrlRewriting\(\s*false
      | enableSessionUrlRewriting\(\s*true
      | contentSecurityPolicy\(\)\.disable
      | xssProtection\(\)\.disable | HttpFirewall\w*\(\)\.setAllow | setAllowUrlEncoded\w+\(\s*true
      | csrf\(\s*\w+\s*->\s*\w+\.ignoring
      | \.ignoring(?:Ant|Request)Matchers\(
      | csrf\(\s*Customizer\. | \.csrf\([^)]{0,40}\)\.disable
      | frameOptions\([^)]{0,60}disable
      | sessionFixation\(\)\s*\.none
      | sessionFixation\([^;]{0,80}none
      | ^\s*\.none\(\) | newSession\(\)\.disable
      | @EnableWebSecurity\(\s*debug\s*=\s*true
      | \.debug\(\s*true\s*\)
      | setWebContentsDebuggingEnabled\(\s*true
      | setHideUserNotFoundExceptions\(\s*false
      | withHttpOnlyFalse\(\) | NoOpPasswordEncoder | setEscapeHTML\(\s*false | escapeHTML\(\s*false
      | \.setAutoEscaping\(\s*(?:false|OutputFormat)
      | autoEscape\(\s*false | DISABLE_AUTO_ESCAPING | escaping\(Escapers\.NOTHING | EscapingStrategy\.NOOP
      | setUnescape
      | management\.security\.enabled"?\s*[,=]\s*"?false
      | management\.endpoints\.web\.exposure\.include"?\s*[,=]\s*"?\*
      | HttpMethod\.TRACE\b.*permitAll | anyRequest\(\)\.permitAll\(\)
      | requestMatchers\("\/\*\*"\)\.permitAll
      | antMatchers\("\/\*\*"\)\.permitAll
      | EndpointRequest\.toAnyEndpoint
    `,
    csharp: verbose`
      \[(?:IgnoreAntiforgeryToken|ValidateInput\(\s*false\s*\))
      | ValidateRequest\s*=\s*"?false
      | EnableViewStateMac\s*=\s*"?false
      | DtdProcessing\.Parse\b
      | UseDeveloperExceptionPage\(\)\s*;\s*$
    `,
    php: /ini_set\(\s*["']display_errors["']\s*,\s*["']?(?:1|on|true)|csrf_protection["']?\s*=>\s*false/i,
    ruby: verbose`
      skip_before_action\s+:verify_authenticity_token
      | skip_forgery_protection
      | protect_from_forgery\s+with:\s*:null_session
      | \.permit! | config\.force_ssl\s*=\s*false
    `,
  },
  when: ([found], line, lines, { diff }) =>
    (!/^\s*["'].*PasswordHasher$/.test(found) || /PASSWORD_HASHERS\s*=\s*[[(]\s*$/.test(lines[line - 2] ?? "")) &&
    (!/=\s*DEBUG$/.test(found) || lines.slice(0, line).some((text) => /^\s*DEBUG\s*=\s*True\b/.test(text))) &&
    (!ofHelmet.test(found) || /helmet|hsts|frameguard/.test(lines.slice(0, 3_000).join("\n"))) &&
    !isMadeUpPath(diff.path) &&
    !/(^|[/_.-])(dev|development|local|test)([/_.-]|$)/i.test(diff.path),
  message: "The framework protects against this unless it is told not to, and here it is told not to.",
  suggestion: "Leave it on, and make the exception as narrow as it can be.",
});
