import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import {
  type Call,
  fileTextOf,
  isConstant,
  isFromRequest,
  isHandedIn,
  isMentioned,
  named,
  optionOf,
  textAround,
} from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

/** Parsers of JavaScript that put in what a document names, however often it does. */
const namesItself = /expat|xml2json|Sax|sax/;

const parserOfPython =
  /(?:etree|ElementTree|ET|minidom|expatbuilder|xmltodict|objectify|sax)\.(?:parse|parseString|fromstring|fromstringlist|iterparse|XML)$/;

export const xmlEntities = callRule({
  id: "web/xml-entities",
  title: "An XML parser follows external entities",
  category: "security",
  subcategory: "xml-external-entity",
  severity: "error",
  confidence: "medium",
  languages: ["python", "java", "go", "php", "csharp", ...scriptLanguages],
  cwe: [611, 776],
  mentions: /xml|XML|SAX|DocumentBuilder|Transformer|noent|expat|sax|lxml|etree|SchemaFactory|Persister|Digester|XPath|nmarshal/,
  callee: {
    ...inScript(
      verbose`
        (^|\.)(parseXml|parseXmlString|parseXmlAsync|parseFromString|parseXML)$
        | ^xml2json\.toJson$
        | ^(\w*[pP]arser|new\ expat\.Parser\(.*\)|new\ libxmljs\.Sax\w*\(.*\))\.(parse|write|parseString|push)$
      `,
    ),
    python: verbose`
      ^(
        xml\.sax\.(parse|parseString|make_parser)
        | lxml\.etree\.XMLParser | etree\.XMLParser
        | xml\.dom\.pulldom\.parse(String)?
        | pulldom\.parse(String)?
        | lxml\.etree\.(parse|fromstring|XML)
        | etree\.(parse|fromstring|XML)
        | (xml\.etree\.|c)?(ElementTree|ET|cElementTree)\.(parse|fromstring|iterparse|XML)
        | (xml\.dom\.)?(minidom|expatbuilder)\.(parse|parseString)
        | xmltodict\.parse
        | xml\.etree\.c?ElementTree\.(parse|fromstring|iterparse|XML|XMLParser|fromstringlist)
        | xml\.dom\.(minidom|expatbuilder)\.(parse|parseString)
        | xml\.sax\.expatreader\.create_parser
        | xml\.parsers\.expat\.ParserCreate
        | (lxml\.)?etree\.(XSLT|XSLTAccessControl|iterparse|fromstringlist)
        | lxml\.objectify\.(parse|fromstring)
        | sax\.(parse|parseString|make_parser)
        | (xmlrpclib|xmlrpc\.client|xmlrpc\.server|SimpleXMLRPCServer|DocXMLRPCServer)\.\w+
        | \w*\.setFeature
      )$
    `,
    java: verbose`
      (^|\.)(
        DocumentBuilderFactory\.newInstance
        | SAXParserFactory\.newInstance
        | XMLInputFactory\.(newInstance|newFactory)
        | TransformerFactory\.newInstance
        | SchemaFactory\.newInstance
        | XMLReaderFactory\.createXMLReader
        | DocumentHelper\.parseText
        | XMLInputFactory\.newDefaultFactory
        | DocumentBuilderFactory\.newDefaultInstance
        | DocumentBuilderFactory\.newNSInstance
        | XMLReader\.parse | unmarshaller\.unmarshal
        | TransformerFactory\.newDefaultInstance
        | XPathFactory\.newInstance | setFeature | setProperty
      )$
      | ^new\ ([\w.]*\.)?(
          SAXReader | SAXBuilder | SAXParser | DOMParser | Persister | Digester | Builder | SAXTransformerFactory
          | WstxInputFactory | DocumentBuilderFactoryImpl | SAXParserFactoryImpl | XmlFactory | XMLReader
        )$
    `,
    go: /^parser\.New$|\.SetOptions$/,
    php: /^(simplexml_load_string|simplexml_load_file|libxml_disable_entity_loader)$|\.loadXML$/,
    csharp: /^new (XmlUrlResolver|XmlTextReader)$/,
  },
  when: (call) => {
    const { language, callee, node } = call;
    if (language === "go") return /XMLParse(?:NoEnt|DTDLoad|DTDAttr|Huge)\b/.test(node.text());
    if (language === "python" && parserOfPython.test(callee)) {
      const [first] = call.arguments;
      if (
        first === undefined ||
        /^defusedxml/.test(call.alias ?? callee) ||
        (call.arguments.length > 1 && /resolve_entities\s*=\s*False|feature_external_\w+\s*,\s*(?:False|0)/.test(textAround(node)))
      )
        return false;
      return isFromRequest(first, language) && call.arguments.length === 1 ? true : isConstant(first) ? false : "doubtful";
    }
    if (language === "python") {
      if (/setFeature$/.test(callee))
        return /feature_external_\w+/.test(call.arguments[0]?.text() ?? "") && /^(?:True|1)$/.test(call.arguments[1]?.text() ?? "");
      if (/^(?:xmlrpc|SimpleXMLRPC|DocXMLRPC)/.test(callee)) return "doubtful";
      if (/XSLTAccessControl$/.test(callee)) return ["read_network", "write_network"].some((name) => named(call, name)?.text() !== "False");
      if (/XSLT$/.test(callee)) return named(call, "access_control") === undefined ? "doubtful" : false;
      if (/ParserCreate|ElementTree\.XMLParser|create_parser/.test(callee)) return "doubtful";
      if (/make_parser$/.test(callee)) return /feature_external_ges\s*,\s*(?:False|0)\b/.test(textAround(node)) ? false : "likely";
      if (!/XMLParser$/.test(callee)) return true;
      const entities = named(call, "resolve_entities")?.text();
      if (entities === "True" || /no_network\s*=\s*False|load_dtd\s*=\s*True/.test(node.text())) return true;
      // Before version 5 entities were followed unless that was refused.
      return entities === undefined && !/\*\*/.test(node.text()) ? "doubtful" : false;
    }
    if (language === "java") return isOpenInJava(call);
    if (language === "php") return /LIBXML_NOENT|disable_entity_loader\(\s*false/.test(node.text());
    if (language === "csharp") return !/DtdProcessing\.Prohibit|XmlResolver\s*=\s*null/.test(textAround(node));
    const [first, options] = call.arguments;
    if (optionOf(options, "noent")?.text() === "true") return true;
    if (first === undefined) return false;
    if (!isFromRequest(first, language))
      return /arser/.test(callee) && isMentioned(node, namesItself) && isHandedIn(first, language) ? "doubtful" : false;
    // libxml puts in nothing that it was not told to.
    if (/(?:^|\.)parseXml(?:String|Async)?$/.test(callee)) return false;
    // What these read may still name itself again and again.
    return isMentioned(node, namesItself) ? true : /parseFromString|parseXML/.test(callee) ? "doubtful" : false;
  },
  message:
    "A document can name files and addresses as its entities, and this parser fetches them: files of the server end up in the answer.",
  suggestion: "Forbid document types, or switch external entities off before anything is parsed.",
});

const refusals = verbose`
  disallow-doctype-decl["\s)]*,\s*(?!false)
  | external-general-entities["\s)]*,\s*(?!true)
  | FEATURE_SECURE_PROCESSING["\s)]*,\s*(?!false)
  | SUPPORT_DTD["\s)]*,\s*(?!true|Boolean\.TRUE)
  | ACCESS_EXTERNAL\w+["\s)]*,\s*(?!"\w)
  | accessExternal\w+"\s*,\s*(?!"\w)
  | IS_SUPPORTING_EXTERNAL\w*["\s)]*,\s*(?!true|Boolean\.TRUE)
  | setExpandEntityReferences\(\s*false
  | supportDTD["\s)]*,\s*(?:false|Boolean\.FALSE)
  | isSupportingExternalEntities["\s)]*,\s*(?:false|Boolean\.FALSE)
  | setEntityResolver\( | setXMLResolver\(
`;

/** The name of a feature that forbids, under a name of the file's own. */
const namedRefusal = /=\s*"[^"\n]{0,80}(?:disallow-doctype-decl|external-general-entities)"/;

const featureForEntities = verbose`
  external-(?:general|parameter)-entities
  | load-external-dtd | features\/xinclude | SUPPORT_DTD | IS_SUPPORTING_EXTERNAL | supportDTD | isSupportingExternal
`;

/** Parsers of Java follow entities unless one of many ways was taken to forbid it. */
function isOpenInJava({ callee, node, arguments: values, language }: Call): boolean | "doubtful" {
  if (/set(?:Feature|Property)$/.test(callee)) {
    const [name, value] = values.map((one) => one.text());
    // What a resolver of their own lets through.
    if (/SUPPORT_DTD|supportDTD/.test(name ?? "") && /setXMLResolver\(/.test(textAround(node))) return false;
    return (
      (/disallow-doctype-decl|FEATURE_SECURE_PROCESSING/.test(name ?? "") && /^(?:false|Boolean\.FALSE)$/.test(value ?? "")) ||
      (featureForEntities.test(name ?? "") && /^(?:true|Boolean\.TRUE)$/.test(value ?? ""))
    );
  }
  const around = textAround(node);
  if (refusals.test(around)) return false;
  if (/\.setFeature\(\s*[A-Za-z_]\w*\s*,/.test(around) && namedRefusal.test(fileTextOf(node))) return false;
  if (/(?<!SAX)Builder$/.test(callee))
    return /^new (?:nu\.xom\.)?Builder$/.test(callee) && /nu\.xom/.test(fileTextOf(node).slice(0, 4_000));
  if (/XPathFactory|unmarshal$/.test(callee))
    return (
      values.some((value) => isFromRequest(value, language)) ||
      (/unmarshal$/.test(callee) && !/XMLStreamReader|createXML/.test(around) ? "doubtful" : false)
    );
  return true;
}
