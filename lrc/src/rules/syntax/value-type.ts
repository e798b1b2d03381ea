import type { Language } from "../rule.ts";
import { verbose } from "../text/index.ts";
import type { Definition, Scope } from "./definitions.ts";
import { languageOfTree } from "./tree.ts";

const narrow = /^(?:number|boolean|bigint|Date|(?:(?:"[^"]*"|'[^']*'|\d+)(?:\s*\|\s*|$))+)$/;

/** Whether the type of a parameter of TypeScript leaves nothing to choose: a number, one of some texts, an enumeration of this file. */
export function isNarrow({ node }: Scope, name: string, file: string): boolean {
  const place = node
    .field("parameters")
    ?.children()
    .find((child) => child.field("pattern")?.text() === name);
  const type = place?.field("type")?.text().replace(/^:\s*/, "").trim() ?? "";
  if (type === "" || type.length > 300) return false;
  return narrow.test(type) || (/^[A-Z]\w*$/.test(type) && new RegExp(`\\benum\\s+${type}\\b`).test(file));
}

const numericTypes: Partial<Readonly<Record<Language, string>>> = {
  java: String.raw`\b(?:int|long|short|byte|double|float|boolean|Integer|Long|Short|Byte|Double|Float|Boolean|UUID|BigInteger|BigDecimal|LocalDate|LocalDateTime|Instant)\s+NAME\s*(?:[,)]|$)`,
  csharp: String.raw`\b(?:int|long|short|byte|double|float|decimal|bool|Guid|DateTime)\??\s+NAME\s*[,)=]`,
  go: String.raw`\bNAME(?:\s*,\s*\w+)*\s+(?:u?int(?:8|16|32|64)?|float(?:32|64)|bool|time\.(?:Time|Duration)|uuid\.UUID)\s*[,)]`,
  python: String.raw`\bNAME\s*:\s*(?:Optional\[)?(?:int|float|bool|UUID|uuid\.UUID|date|datetime|Decimal)\b(?!\s*\|\s*str)`,
  typescript: String.raw`\bNAME\??\s*:\s*(?:number|boolean|bigint|Date)\s*[,)=]`,
  tsx: String.raw`\bNAME\??\s*:\s*(?:number|boolean|bigint|Date)\s*[,)=]`,
};

/** Whether a parameter has a type whose values are no texts. */
export function isNumber({ node }: Scope, name: string): boolean {
  const language = languageOfTree(node.getRoot());
  const type = language === undefined ? undefined : numericTypes[language];
  if (type === undefined) return false;
  const list = node.field("parameters")?.text().slice(0, 4_000) ?? "";
  return new RegExp(type.replace("NAME", name.replaceAll("$", "\\$"))).test(list);
}

const typeOfNumber = verbose`
  ^(?:
    int | long | short | byte | double | float | boolean | Integer | Long | Short | Byte | Double | Float | Boolean
    | UUID | BigInteger | BigDecimal | LocalDate | LocalDateTime | Instant
  )$
`;

/** Whether a variable of Java is declared with a type whose values are no texts. */
export function isDeclaredNumber({ node }: Definition): boolean {
  return node.kind() === "variable_declarator" && typeOfNumber.test(node.parent()?.field("type")?.text() ?? "");
}
