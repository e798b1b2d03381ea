import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import { isMentioned, isOpenEnded, objectOf, optionOf, type SyntaxNode } from "../../../syntax/index.ts";

const kit = /["'](?:aws-cdk-lib|@aws-cdk\/)/;

export const cloudSettings = syntaxRule({
  id: "javascript/cloud-settings",
  title: "A resource in the cloud is open to all, or not encrypted",
  category: "security",
  subcategory: "open-to-world",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [284, 311, 319, 732],
  mentions: /aws-cdk/,
  find: [
    {
      kind: "pair",
      regex:
        "^['\"]?(badge|publicReadAccess|publiclyAccessible|associatePublicIpAddress|mapPublicIpOnLaunch)['\"]?\\s*:\\s*true|^['\"]?(encrypted|storageEncrypted|transitEncryptionEnabled|atRestEncryptionEnabled|enforceSSL|encryptionAtRest|nodeToNodeEncryption|versioned|blockPublicAcls|blockPublicPolicy|ignorePublicAcls|restrictPublicBuckets)['\"]?\\s*:\\s*(false|undefined)$|^encryption\\s*:\\s*[\\w.]*\\.(UNENCRYPTED|NONE)$|^(actions|resources)\\s*:\\s*\\[\\s*['\"]\\*['\"]|^accessControl\\s*:\\s*[\\w.]*PUBLIC_|^(externalProtocol|protocol)\\s*:\\s*[\\w.]*\\.(HTTP|TCP)$|^protocol\\s*:\\s*['\"](HTTP|TCP|http|tcp)['\"]$|^authorizationType\\s*:\\s*[\\w.]*NONE$|^cidrIp(v6)?\\s*:\\s*['\"](0\\.0\\.0\\.0/0|::/0)['\"]",
    },
    {
      kind: "call_expression",
      regex: "^(\\w+\\.)?Peer\\.any(Ipv4|Ipv6)\\(|\\.(grantPublicAccess|allowFromAnyIpv4|allowDefaultPortFromAnyIpv4|addListener)\\(",
    },
    {
      kind: "new_expression",
      regex:
        "^new\\s+(\\w+\\.)*(StarPrincipal|AnyPrincipal|Bucket|Queue|Topic|CfnStream|CfnReplicationGroup|FileSystem|Volume|Domain|CfnDomain|CfnDomainName|ApplicationListener|NetworkListener|CfnListener)\\b",
    },
  ],
  when: (node) => {
    if (!isMentioned(node, kit)) return false;
    const text = node.text();
    if (node.kind() === "call_expression") return !/\.addListener\($/.test(text.slice(0, text.indexOf("(") + 1)) || isPlainListener(node);
    if (node.kind() !== "new_expression") return true;
    const type = /^new\s+(?:\w+\.)*(\w+)/.exec(text)?.[1] ?? "";
    if (/Principal$/.test(type)) return true;
    if (/Listener$/.test(type)) return isPlainListener(node);
    const wanted = wantedOf(type);
    if (wanted === undefined || (/Domain$/.test(type) && !isMentioned(node, /opensearch|elasticsearch/))) return false;
    const settings = settingsOf(node);
    if (settings === undefined || wanted.test(settings)) return false;
    return plainByDefault.test(type) ? "likely" : "doubtful";
  },
  message: "Whoever finds its address can read it, or what is kept and sent can be read by who gets at the disk or the line.",
  suggestion: "Say who may use it, block public access, and switch encryption on.",
});

/** What nothing encrypts unless somebody says so; the others have keys of the provider by now, or a setting of the account. */
const plainByDefault = /^(?:CfnStream|CfnReplicationGroup|Volume)$/;

/** What has to be said of a resource, because what it does by itself is less. */
function wantedOf(type: string): RegExp | undefined {
  const wanted: Readonly<Record<string, RegExp>> = {
    Bucket: /encryption|enforceSSL/,
    Queue: /encryption|encryptionMasterKey/,
    Topic: /masterKey/,
    CfnStream: /streamEncryption/,
    CfnReplicationGroup: /transitEncryptionEnabled/,
    FileSystem: /encrypted|kmsKey/,
    Volume: /encrypted/,
    Domain: /tlsSecurityPolicy/,
    CfnDomain: /tlsSecurityPolicy|domainEndpointOptions\s*[,:]\s*(?!\{)/,
    CfnDomainName: /securityPolicy/,
  };
  return Object.hasOwn(wanted, type) ? wanted[type] : undefined;
}

/** The settings of a resource as they are written; undefined where nobody can see them from here. */
function settingsOf(made: SyntaxNode): string | undefined {
  const settings = propertiesOf(made);
  if (settings === undefined || settings.kind() === "undefined") return "";
  return objectOf(settings) === undefined || isOpenEnded(settings) ? undefined : objectOf(settings)!.text();
}

/** The last thing that a construct is made of, after where it belongs and what it is called. */
function propertiesOf(made: SyntaxNode): SyntaxNode | undefined {
  const values =
    made
      .field("arguments")
      ?.children()
      .filter((child) => child.isNamed() && child.kind() !== "comment") ?? [];
  return values[made.kind() === "new_expression" ? 2 : 1];
}

/** Whether a listener of a load balancer takes what is not encrypted: it has neither a protocol, nor certificates, nor the port of HTTPS. */
function isPlainListener(made: SyntaxNode): boolean | "doubtful" | "likely" {
  const settings = settingsOf(made);
  if (settings === undefined) return false;
  const properties = propertiesOf(made);
  // What is written here is told where it is written.
  if (optionOf(properties, "protocol") !== undefined)
    return properties?.kind() === "identifier" && /\bprotocol\s*:\s*(?:[\w.]*\.(?:HTTP|TCP)\b|["'](?:HTTP|TCP)["'])/.test(settings);
  const certificates = optionOf(properties, "certificates");
  if (certificates !== undefined && !/^\[\s*\]$/.test(certificates.text())) return false;
  const port = optionOf(properties, "port")?.text() ?? "";
  if (/^(?:443|8443)$/.test(port) || /\bredirect\b/i.test(settings)) return false;
  // Only what speaks the web by its number is surely plain: the same call of another balancer passes on what is encrypted already.
  return /^(?:80|8080)$/.test(port) ? "likely" : "doubtful";
}
