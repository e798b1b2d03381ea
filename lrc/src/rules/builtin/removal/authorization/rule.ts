import { scriptLanguages, vanishedRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

const onlyNames = verbose`
  ^\s*(?:import|from|use|using|\#include|require|require_once)\b
  | ^\s*(?:const|let|var)\s.{0,80}=\s*require\(
  | ^\s*(?:\/\/|\#(?!\[)|\*)
  | ^\s*(?:export\s+)?(?:async\s+)?(?:function|def|func|fn|class|interface)\b
`;

export const authorization = vanishedRule({
  id: "removal/authorization",
  title: "A check of who may do this was removed",
  category: "security",
  subcategory: "missing-authorization",
  severity: "error",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "php", "ruby", "rust"],
  cwe: [306, 862],
  words: verbose("i")`
    @(?:
      login_required | permission_required | user_passes_test | requires_auth | requires_permission | jwt_required
      | token_required | admin_required | staff_member_required | PreAuthorize | PostAuthorize | Secured
      | RolesAllowed | RequiresPermissions | RequiresRoles | UseGuards | Roles | Authorized?
    )\b
    | ^\s*@[\w.]{0,30}(?:auth\w{0,3}_|login_|_login|permissions?_|roles?_|admin_|scopes?_|owner_)[\w.]{0,30}
    | \.(?:wrap|layer|guard)\(\s*(?:\w+::)*\w*[aA]uth\w*
    | \[(?:Authorize|ValidateAntiForgeryToken|RequireHttps|AutoValidateAntiforgeryToken)\b
    | \b(?:
        require_?(?:Auth\w{0,20}|Login|Admin|User|Role|Permission|Session|Scope\w{0,3})
        | ensure_?(?:Auth\w{0,20}|LoggedIn|Admin|Owner)
        | is_?Authenticated
        | verify_?(?:Token|Jwt|Session|Signature|Hmac|Csrf\w{0,10}|Password|Webhook)
        | check_?(?:Auth\w{0,20}|Permissions?|Access|Role|Owner\w{0,8}|Csrf\w{0,6})
        | authorize!? | authenticate!? | authenticate_user!? | passport\.authenticate
        | csrf_?(?:Protection|protect|token)?
        | csurf | protect_from_forgery | has_?Permissions? | has_?Role | can_?Access | isAdmin | permission_classes
        | authentication_classes | IsAuthenticated | login_required | LoginRequiredMixin | PermissionRequiredMixin
        | AuthMiddleware | auth_?Middleware | withAuth | hasAuthority
      )\b
  `,
  instead: /auth|permission|role|guard|csrf|policy|access|login|session|allowed|can\w*\(/i,
  when: (text) => !onlyNames.test(text) || /^\s*class\s+\w+\(.*Mixin\b/.test(text),
  message: "Nothing asks any more who is calling: this is open to everybody who finds it.",
  suggestion: "Put the check back, or show where it is made now.",
});
