import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { compositionOf, isConstant, isFromRequest, originOf, origins } from "../../../syntax/index.ts";

export const ldap = callRule({
  id: "injection/ldap",
  title: "An LDAP filter is put together from text",
  category: "security",
  subcategory: "injection",
  severity: "error",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "java", "go", "csharp", "php"],
  cwe: [90],
  mentions: /ldap|Dir(?:ectory)?Context|DirectorySearcher|directory/i,
  callee: {
    ...inScript(/\.(search|searchAsync|bind)$/),
    python: /\.(search|search_s|search_st|search_ext|search_ext_s|simple_bind_s|modify|modify_s)$/,
    java: /\.(search|searchForObject|authenticate|setFilter|lookup|list|listBindings|filter)$|^new (SearchRequest|HardcodedFilter)$/,
    go: /(^|\.)NewSearchRequest$/,
    csharp: /^new (DirectorySearcher|SearchRequest)$/,
    php: /^ldap_(search|list|read)$/,
  },
  when: ({ arguments: values, language, callee }) => {
    // What is put in for {0} is escaped.
    const isFilled = values.some((value) => /\{0\}/.test(value.text()) && isConstant(value));
    const said = (/lookup$|list(Bindings)?$/.test(callee) ? values.slice(0, 1) : values).filter(
      (value) => !isFilled || !/^(?:array_creation_expression|list|array)$/.test(String(value.kind())),
    );
    return said.some((value) => {
      const built = compositionOf(value);
      if (built !== undefined)
        return (
          looksLikeFilter(built.literal) &&
          !built.parts.every(
            (part) => /escape|encode|quote/i.test(part.text()) || (originOf(part, language, "ldap") & ~origins.cleaned) === 0,
          )
        );
      return isFromRequest(value, language, "ldap");
    });
  },
  message:
    "A value becomes part of the filter. With * and ) in it, it matches other entries than were meant: everybody's password is right.",
  suggestion: "Escape it for filters (escape_filter_chars, EscapeFilter, encodeForLDAP), or pass it as an argument of the filter.",
});

/** `(uid=` or `cn=`: an attribute and what it is compared with. */
function looksLikeFilter(literal: string): boolean {
  return /\(?[&|!]?\(?\b[A-Za-z]{1,30}\s*[~<>]?=/.test(literal);
}
