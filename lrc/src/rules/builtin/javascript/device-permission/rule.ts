import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { type Call, objectOf, optionOf, writtenText } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const devicePermission = callRule({
  id: "javascript/device-permission",
  title: "A page asks for what its reader keeps to themselves",
  category: "security",
  subcategory: "privacy",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [250, 359],
  mentions: /geolocation|getUserMedia|getDisplayMedia|requestPermission|permissions|requestDevice|requestMIDIAccess/,
  callee: inScript(
    verbose`
      (?:^|\.)(?:
        geolocation\.(?:getCurrentPosition|watchPosition)
        | permissions\.(?:query|request)
        | mediaDevices\.(?:getUserMedia|getDisplayMedia)
        | (?:bluetooth|usb|hid)\.requestDevice
        | Notification\.requestPermission
      )$
      | ^navigator\.(?:webkitGetUserMedia|mozGetUserMedia|getUserMedia|requestMIDIAccess)$
    `,
  ),
  when: (call) => {
    if (/permissions\.(?:query|request)$/.test(call.callee)) return isIntrusive(call);
    return /getUserMedia$/i.test(call.callee) ? recordsSomething(call) : true;
  },
  message:
    "Where somebody is, what the camera and the microphone take up and what may interrupt them is theirs; each question is one more thing to lose.",
  suggestion: "Ask only where the page cannot do its work without, and when its reader has asked for that.",
});

function isIntrusive({ arguments: [asked] }: Call): boolean {
  const name = optionOf(asked, "name");
  return (
    name !== undefined &&
    /^["'`]?(?:geolocation|camera|microphone|notifications|persistent-storage|clipboard-read)["'`]?$/.test(writtenText(name) || name.text())
  );
}

function recordsSomething({ arguments: [wanted] }: Call): boolean {
  if (objectOf(wanted) === undefined) return false;
  return ["audio", "video"].some((name) => {
    const value = optionOf(wanted, name);
    return value !== undefined && !/^(?:false|undefined|null)$/.test(value.text());
  });
}
