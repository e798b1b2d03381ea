import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import {
  assignmentsOf,
  type Call,
  fileTextOf,
  isConstant,
  isFromRequest,
  isHandedIn,
  named,
  type SyntaxNode,
  textAround,
} from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

/** What reads objects of any class, unless it was told which. */
function wrongInJava({ callee, arguments: values, node, language }: Call): boolean | "doubtful" {
  const [first] = values;
  const text = fileTextOf(node).slice(0, 60_000);
  if (/^new (?:Yaml|YamlReader)/.test(callee))
    return (
      (/\.load(?:As|All)?\(|::load/.test(text) || !/\.dump(?:As\w*|All)?\(/.test(text)) &&
      (first === undefined || /^new (?:Representer|DumperOptions)\(/.test(first.text())) &&
      !/SafeConstructor/.test(textAround(node)) &&
      "doubtful"
    );
  if (/yaml/i.test(callee)) return !/SafeConstructor/.test(text);
  if (/(?:TrustAllPackages|AutoTypeSupport)$/.test(callee)) return first?.text() === "true";
  // What a queue holds was put there by whoever may write to it.
  if (/getObject$/.test(callee) && first === undefined) return /\bObjectMessage\b/.test(text) && "doubtful";
  if (/DefaultTyping|readClassAndObject/.test(callee)) return true;
  if (/^new XStream$/.test(callee)) return !/allowTypes|allowTypeHierarchy|NoTypePermission/.test(text) && "doubtful";
  if (/^new XMLDecoder$/.test(callee)) return true;
  if (/fromXML$/.test(callee)) return !/allowTypes|allowTypeHierarchy|NoTypePermission|NullPermission/.test(text);
  if (/^new (?:ObjectInputStream|Kryo|Hessian|Burlap|JsonReader)/.test(callee))
    return /setObjectInputFilter|ObjectInputFilter|resolveClass|ValidatingObjectInputStream/.test(text) || /JsonReader/.test(callee)
      ? false
      : values.some((value) => isFromRequest(value, language)) || "doubtful";
  if (/JSON\.parse|JSONObject\.parse/.test(callee)) return /fastjson/.test(text.slice(0, 4_000)) && !/safeMode|SafeMode/.test(text);
  if (/readObject$|readUnshared$/.test(callee))
    return first === undefined && !/setObjectInputFilter|ObjectInputFilter|ValidatingObjectInputStream|resolveClass/.test(text);
  if (values.some((value) => isFromRequest(value, language))) return true;
  return /SerializationUtils\.deserialize$/.test(callee) && values.some((value) => isHandedIn(value, language)) && "doubtful";
}

export const deserialization = callRule({
  id: "injection/deserialization",
  title: "Data from outside is turned into objects of any class",
  category: "security",
  subcategory: "unsafe-deserialization",
  severity: "error",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "java", "csharp", "php", "ruby"],
  cwe: [502],
  mentions: verbose("i")`
    pickle | marshal | yaml | shelve | dill | joblib | readObject | XMLDecoder | BinaryFormatter | unserialize
    | Marshal | YAML | deserialize | jsonpickle | SoapFormatter | NetDataContractSerializer | LosFormatter
    | ObjectStateFormatter | XStream | fromXML | ObjectInputStream | JSON\.parse | Typing | Trust | recv | Client
    | Listener | AutoType | ObjectMessage | Kryo | Hessian
  `,
  callee: {
    ...inScript(
      verbose`
        (^|\.)(unserialize|deserialize|deepDeserialize)$
        | ^(js[_-]?yaml|yaml|YAML|jsYaml)\.(load|loadAll|safeLoad|parse|parseDocument|parseAllDocuments)$
        | ^cryo\.parse$
      `,
    ),
    python: verbose`
      ^(six\.moves\.)?(
        c?[pP]ickle | _pickle | dill | marshal | jsonpickle | joblib | cloudpickle | pickletools | pandas | pd
      )\.(loads?|Unpickler|decode|read_pickle)$
      | ^(shelve|dill\.shelve)\.(open|DbfilenameShelf|Shelf|BsdDbShelf)$
      | ^(c?[pP]ickle|_pickle|dill|marshal|jsonpickle|cloudpickle)\.(dumps?|Pickler|encode)$
      | ^(multiprocessing\.connection\.|connection\.)?(Client|Listener)$
      | ^(\w*[cC]onn(ection)?|rx|receiver)\.recv$ | ^(multiprocessing\.connection\.)?Client\(.*\)\.recv$
      | ^yaml\.(
          load | load_all | full_load_all | unsafe_load_all | dump | dump_all | add_constructor | Loader
          | UnsafeLoader | FullLoader | CLoader
        )$
      | ^(ruamel\.)?yaml\.(load|load_all|unsafe_load|full_load)$
      | ^(torch|pd|pandas)\.(read_pickle)$
      | ^torch\.load$ | ^(ruamel\.)?yaml\.YAML$ | ^numpy\.load$ | ^np\.load$ | (^|\.)(unpickle|Unpickler)$
    `,
    java: verbose`
      (^|\.)(readObject|readUnshared|fromXML|readClassAndObject|enableDefaultTyping|activateDefaultTyping|loadAll)$
      | (^|\.)(yaml|snakeYaml)\.(load|loadAll|loadAs)$
      | ^new\ Yaml\(\)\.load$
      | ^new\ (java\.beans\.)?XMLDecoder$
      | ^new\ (
          ObjectInputStream | XStream | Yaml | Yaml\(\) | Kryo | HessianInput | Hessian2Input | BurlapInput
          | YamlReader | JsonReader | JYaml | Unmarshaller
        )$
      | (^|\.)(
          JSON\.parse | JSON\.parseObject | JSON\.parseArray | JSONObject\.parse
          | SerializationUtils\.deserialize
          | Yaml\.load\w* | JsonIterator\.deserialize | deserialize | getObject | unmarshal | readValue
          | activateDefaultTypingAsProperty
          | setDefaultTyping | setTrustAllPackages | setAutoTypeSupport | setTrustedPackages | jsonToJava | loadType
        )$
    `,
    csharp: /^new (BinaryFormatter|SoapFormatter|NetDataContractSerializer|LosFormatter|ObjectStateFormatter)$/,
    php: /^unserialize$/,
    ruby: /^(Marshal|YAML|Psych|Oj)\.(load|restore|unsafe_load|object_load|load_documents)$/,
  },
  when: (call) => {
    const { callee, language, arguments: values, node } = call;
    const [first] = values;
    if (language === "csharp") return true;
    if (language === "python" && /yaml\.YAML$/.test(callee)) return /typ\s*=\s*["']unsafe/.test(node.text());
    if (first !== undefined && isConstant(first) && !/(?:TrustAllPackages|AutoTypeSupport)$/.test(callee))
      return language === "python" && readsAnything.test(callee) && !/Safe|Base|safe/.test(node.text()) && "doubtful";
    switch (language) {
      case "python":
        if (/torch|np\.|numpy/.test(callee))
          return /torch/.test(callee) ? !/weights_only\s*=\s*True/.test(node.text()) : /allow_pickle\s*=\s*True/.test(node.text());
        if (/yaml\.(?:dump|add_con|\w*Loader)/.test(callee)) return !/Safe|safe/.test(node.text()) && /Loader$/.test(callee) && "doubtful";
        if (/yaml\./.test(callee)) return /unsafe_load|full_load/.test(callee) || !(/Safe|Base/.test(node.text()) || isOwnSafeLoader(call));
        // Writing is harmless; who reads what was written is told by it.
        if (/recv$/.test(callee) && opensConnections.test(fileTextOf(node).slice(0, 60_000))) return "likely";
        if (/\.(?:dumps?|Pickler|encode)$|recv$|Client$|Listener$/.test(callee))
          return !/Client|Listener|recv/.test(callee) || /multiprocessing/.test(fileTextOf(node).slice(0, 20_000)) ? "doubtful" : false;
        return true;
      case "java":
        return wrongInJava(call);
      case "php":
        return !/allowed_classes/.test(node.text()) && first !== undefined && !isConstant(first);
      case "ruby":
        return /Marshal|unsafe|Oj|object/.test(callee) ? true : first !== undefined && isFromRequest(first, language);
      default:
        return (
          /^(serialize|nodeSerialize|node_serialize|serializer|serialize-javascript|serializeToJs|funcster|cryo|v8)\./.test(callee) ||
          (first !== undefined && /unserialize$/.test(callee)) ||
          (first !== undefined &&
            /^(?:js_?yaml|yaml)\.load(?:All)?$/i.test(callee) &&
            !hasSchema.test(node.text()) &&
            isFromRequest(first, language)) ||
          (first !== undefined && isFromRequest(first, language) && /deserialize/.test(callee)) ||
          // Until version 4 of js-yaml a document could hold functions.
          (first !== undefined && /^YAML\.parse/.test(callee) && isFromRequest(first, language) ? "doubtful" : false) ||
          (first !== undefined && /^yaml\.(?:load|loadAll)$/i.test(callee) && !hasSchema.test(node.text()) && !isOwnFile(first)
            ? "doubtful"
            : false)
        );
    }
  },
  message: "Such data chooses which classes are made and what they run while they are read. If it comes from outside, so does the code.",
  suggestion: "Use a format that holds only data (JSON), or the safe loader (yaml.safe_load, allowed_classes, an ObjectInputFilter).",
});

/** `class Loader(yaml.SafeLoader)`: a loader of this file that adds to the safe one. */
function isOwnSafeLoader(call: Call): boolean {
  const name = (named(call, "Loader") ?? call.arguments[1])?.text() ?? "";
  return /^\w{1,60}$/.test(name) && new RegExp(`\\bclass\\s+${name}\\([^)]{0,80}(?:Safe|Base)Loader\\b`).test(fileTextOf(call.node));
}

/** What is written here is harmless, and what such a call is given next may not be. */
const readsAnything =
  /^(?:c?[pP]ickle|_pickle|dill|marshal|shelve|jsonpickle|cloudpickle|yaml)\.(?:loads?|load_all|open|decode|unsafe_load|full_load)$/;

/** What listens on an address or calls one reads what others pickled; a pipe within the program does not. */
const opensConnections =
  /from multiprocessing\.connection import[^\n]*\b(?:Client|Listener)\b|multiprocessing\.connection\.(?:Client|Listener)\(/;

const hasSchema = /SAFE|safe|JSON_SCHEMA|CORE_SCHEMA|schema/;

/** What stands in a file whose path is written in the source was put there by those who wrote it. */
function isOwnFile(value: SyntaxNode): boolean {
  const reading = [value, ...assignmentsOf(value)].find((one) => /readFile(?:Sync)?$/.test(one.field("function")?.text() ?? ""));
  const path = reading
    ?.field("arguments")
    ?.children()
    .find((child) => child.isNamed());
  return path !== undefined && isConstant(path);
}
