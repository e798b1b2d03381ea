import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isFromRequest, isMentioned, named, optionOf, textAround } from "../../../syntax/index.ts";

/** Parsers of JavaScript that put in what a document names, however often it does. */
const namesItself = /expat|xml2json|Sax|sax/;

export const xmlEntities = callRule({
  id: "web/xml-entities",
  title: "An XML parser follows external entities",
  category: "security",
  subcategory: "xml-external-entity",
  severity: "error",
  confidence: "medium",
  languages: ["python", "java", "php", "csharp", ...scriptLanguages],
  cwe: [611, 776],
  mentions: /xml|XML|SAX|DocumentBuilder|Transformer|noent|expat|sax|lxml|etree/,
  callee: {
    ...inScript(
      /(^|\.)(parseXml|parseXmlString|parseXmlAsync|parseFromString|parseXML)$|^xml2json\.toJson$|^(\w*[pP]arser|new expat\.Parser\(.*\)|new libxmljs\.Sax\w*\(.*\))\.(parse|write|parseString|push)$/,
    ),
    python:
      /^(xml\.sax\.(parse|parseString|make_parser)|lxml\.etree\.XMLParser|etree\.XMLParser|xml\.dom\.pulldom\.parse(String)?|pulldom\.parse(String)?|lxml\.etree\.(parse|fromstring|XML)|etree\.(parse|fromstring|XML)|(xml\.etree\.|c)?(ElementTree|ET|cElementTree)\.(parse|fromstring|iterparse|XML)|(xml\.dom\.)?(minidom|expatbuilder)\.(parse|parseString)|xmltodict\.parse)$/,
    java: /(^|\.)(DocumentBuilderFactory\.newInstance|SAXParserFactory\.newInstance|XMLInputFactory\.(newInstance|newFactory)|TransformerFactory\.newInstance|SchemaFactory\.newInstance|XMLReaderFactory\.createXMLReader|XMLReaderFactory\.createXMLReader)$|^new ([\w.]*\.)?(SAXReader|SAXBuilder|SAXParser|Persister|Digester)$/,
    php: /^(simplexml_load_string|simplexml_load_file|libxml_disable_entity_loader)$|\.loadXML$/,
    csharp: /^new (XmlUrlResolver|XmlTextReader)$/,
  },
  when: (call) => {
    const { language, callee, node } = call;
    if (
      language === "python" &&
      /(?:etree|ElementTree|ET|minidom|expatbuilder|xmltodict)\.(?:parse|parseString|fromstring|iterparse|XML)$/.test(callee)
    )
      return call.arguments[0] !== undefined && isFromRequest(call.arguments[0], language) && call.arguments.length === 1;
    if (language === "python")
      return /XMLParser$/.test(callee)
        ? named(call, "resolve_entities")?.text() === "True" || /no_network\s*=\s*False/.test(node.text())
        : true;
    if (language === "java")
      return !/disallow-doctype-decl["\s)]*,\s*(?!false)|external-general-entities["\s)]*,\s*(?!true)|FEATURE_SECURE_PROCESSING["\s)]*,\s*(?!false)|SUPPORT_DTD["\s)]*,\s*(?!true|Boolean\.TRUE)|ACCESS_EXTERNAL|IS_SUPPORTING_EXTERNAL\w*["\s)]*,\s*(?!true|Boolean\.TRUE)|setExpandEntityReferences\(\s*false|supportDTD["\s)]*,\s*(?:false|Boolean\.FALSE)|isSupportingExternalEntities["\s)]*,\s*(?:false|Boolean\.FALSE)/.test(
        textAround(node),
      );
    if (language === "php") return /LIBXML_NOENT|disable_entity_loader\(\s*false/.test(node.text());
    if (language === "csharp") return !/DtdProcessing\.Prohibit|XmlResolver\s*=\s*null/.test(textAround(node));
    const [first, options] = call.arguments;
    if (optionOf(options, "noent")?.text() === "true") return true;
    if (first === undefined || !isFromRequest(first, language)) return false;
    // What these read may still name itself again and again.
    return isMentioned(node, namesItself) ? true : /parseFromString|parseX/.test(callee) ? "doubtful" : false;
  },
  message:
    "A document can name files and addresses as its entities, and this parser fetches them: files of the server end up in the answer.",
  suggestion: "Forbid document types, or switch external entities off before anything is parsed.",
});
