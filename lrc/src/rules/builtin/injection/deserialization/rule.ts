import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { fileTextOf, isConstant, isFromRequest } from "../../../syntax/index.ts";

export const deserialization = callRule({
  id: "injection/deserialization",
  title: "Data from outside is turned into objects of any class",
  category: "security",
  subcategory: "unsafe-deserialization",
  severity: "error",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "java", "csharp", "php", "ruby"],
  cwe: [502],
  mentions:
    /pickle|marshal|yaml|shelve|dill|joblib|readObject|XMLDecoder|BinaryFormatter|unserialize|Marshal|YAML|deserialize|jsonpickle|SoapFormatter|NetDataContractSerializer|LosFormatter|ObjectStateFormatter|XStream|fromXML/i,
  callee: {
    ...inScript(
      /(^|\.)(unserialize|deserialize|deepDeserialize)$|^(js[_-]?yaml|yaml|YAML|jsYaml)\.(load|loadAll|safeLoad|parse|parseDocument|parseAllDocuments)$|^cryo\.parse$/,
    ),
    python:
      /^(c?[pP]ickle|_pickle|dill|marshal|jsonpickle|joblib|cloudpickle)\.(loads?|Unpickler|decode)$|^shelve\.open$|^yaml\.(load|load_all|unsafe_load|full_load)$|^(torch|pd|pandas)\.(read_pickle)$|^torch\.load$|^(ruamel\.)?yaml\.YAML$|^numpy\.load$|^np\.load$|(^|\.)(unpickle|Unpickler)$/,
    java: /(^|\.)(readObject|readUnshared|fromXML|readClassAndObject|enableDefaultTyping|activateDefaultTyping|loadAll)$|(^|\.)(yaml|snakeYaml)\.(load|loadAll|loadAs)$|^new Yaml\(\)\.load$|^new (java\.beans\.)?XMLDecoder$/,
    csharp: /^new (BinaryFormatter|SoapFormatter|NetDataContractSerializer|LosFormatter|ObjectStateFormatter)$/,
    php: /^unserialize$/,
    ruby: /^(Marshal|YAML|Psych|Oj)\.(load|restore|unsafe_load|object_load|load_documents)$/,
  },
  when: (call) => {
    const { callee, language, arguments: values, node } = call;
    const [first] = values;
    if (language === "csharp") return true;
    if (first !== undefined && isConstant(first)) return false;
    switch (language) {
      case "python":
        if (/torch|np\.|numpy/.test(callee))
          return /torch/.test(callee) ? !/weights_only\s*=\s*True/.test(node.text()) : /allow_pickle\s*=\s*True/.test(node.text());
        if (/yaml\.YAML$/.test(callee)) return /typ\s*=\s*["']unsafe/.test(node.text());
        if (/yaml\./.test(callee)) return /unsafe_load|full_load/.test(callee) || !/Safe|Base/.test(node.text());
        return true;
      case "java":
        if (/yaml/i.test(callee)) return !/SafeConstructor/.test(fileTextOf(node).slice(0, 50_000));
        if (/DefaultTyping|readClassAndObject/.test(callee)) return true;
        return /XMLDecoder|fromXML/.test(callee) || first === undefined;
      case "php":
        return !/allowed_classes/.test(node.text()) && first !== undefined && !isConstant(first);
      case "ruby":
        return /Marshal|unsafe|Oj|object/.test(callee) ? true : first !== undefined && isFromRequest(first, language);
      default:
        return (
          /^(serialize|nodeSerialize|node_serialize|serializer|serialize-javascript|serializeToJs|funcster|cryo|v8)\./.test(callee) ||
          (first !== undefined && /unserialize$/.test(callee)) ||
          (first !== undefined && /load|^YAML\.parse|safeLoad/i.test(callee) && isFromRequest(first, language)) ||
          (first !== undefined && isFromRequest(first, language) && /deserialize/.test(callee)) ||
          // Until version 4 of js-yaml a document could hold functions.
          (/^yaml\.(?:load|loadAll)$/i.test(callee) && !/SAFE|safe|JSON_SCHEMA|CORE_SCHEMA|schema/.test(node.text()) ? "doubtful" : false)
        );
    }
  },
  message: "Such data chooses which classes are made and what they run while they are read. If it comes from outside, so does the code.",
  suggestion: "Use a format that holds only data (JSON), or the safe loader (yaml.safe_load, allowed_classes, an ObjectInputFilter).",
});
