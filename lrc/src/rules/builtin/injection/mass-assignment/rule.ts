import { lineRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const massAssignment = lineRule({
  id: "injection/mass-assignment",
  title: "A request sets every field of an object",
  category: "security",
  subcategory: "mass-assignment",
  severity: "warning",
  confidence: "medium",
  languages: ["python"],
  cwe: [915],
  match: verbose`
    \*\*\s*(?:flask\.|self\.)?request\.(?:
      POST | GET | form | json | args | data | values | get_json\(\) | query_params | POST\.dict\(\) | GET\.dict\(\)
    )
    | \.(?:update|__dict__\.update)\(\s*(?:flask\.)?request\.(?:POST|form|json|get_json\(\))\s*\)
    | ^\s*fields\s*=\s*["']__all__["']
  `,
  when: ([found]) => (/fields/.test(found) ? "doubtful" : true),
  message: "Whoever sends the request also sets what the form does not show: the role, the price, the owner.",
  suggestion: "Name the fields that may be set.",
});
