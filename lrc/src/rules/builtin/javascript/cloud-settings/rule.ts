import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import { isMentioned } from "../../../syntax/index.ts";

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
      regex: "^(\\w+\\.)?Peer\\.any(Ipv4|Ipv6)\\(|\\.(grantPublicAccess|allowFromAnyIpv4|allowDefaultPortFromAnyIpv4)\\(",
    },
    {
      kind: "new_expression",
      regex: "^new\\s+(\\w+\\.)*(StarPrincipal|AnyPrincipal|Bucket|Queue|Topic|CfnStream|CfnReplicationGroup|FileSystem|Volume)\\b",
    },
  ],
  when: (node) => {
    if (!isMentioned(node, kit)) return false;
    if (node.kind() !== "new_expression") return true;
    const text = node.text();
    const type = /^new\s+(?:\w+\.)*(\w+)/.exec(text)?.[1] ?? "";
    if (/Principal$/.test(type)) return true;
    if (/\.\.\./.test(text)) return false;
    const wanted: Record<string, RegExp> = {
      Bucket: /encryption|enforceSSL/,
      Queue: /encryption|encryptionMasterKey/,
      Topic: /masterKey/,
      CfnStream: /streamEncryption/,
      CfnReplicationGroup: /transitEncryptionEnabled/,
      FileSystem: /encrypted|kmsKey/,
      Volume: /encrypted/,
    };
    const asked = wanted[type];
    return asked !== undefined && !asked.test(text) ? "doubtful" : false;
  },
  message: "Whoever finds its address can read it, or what is kept and sent can be read by who gets at the disk or the line.",
  suggestion: "Say who may use it, block public access, and switch encryption on.",
});
