import { definitionsOf } from "./reaching.ts";
import type { SyntaxNode } from "./tree.ts";

/** The object of JavaScript that a value is: written there, or what its variable was given. */
export function objectOf(value: SyntaxNode | undefined): SyntaxNode | undefined {
  if (value === undefined) return undefined;
  if (value.kind() === "object") return value;
  if (value.kind() !== "identifier") return undefined;
  return definitionsOf(value).find((definition) => definition.value.kind() === "object")?.value;
}

/** The value of an option in an object that a call is given; `cookie.secure` asks for one in another. Undefined when it is not written. */
export function optionOf(value: SyntaxNode | undefined, path: string): SyntaxNode | undefined {
  let found = value;
  for (const name of path.split(".")) {
    const object = objectOf(found);
    if (object === undefined) return undefined;
    found = undefined;
    for (const child of object.children()) {
      if (child.kind() === "pair" && child.field("key")?.text().replace(/["'`]/g, "") === name) found = child.field("value") ?? undefined;
      else if (child.kind() === "shorthand_property_identifier" && child.text() === name) found = child;
    }
  }
  return found;
}

/** Whether an object may have more options than are written: it takes over those of another. */
export function isOpenEnded(value: SyntaxNode | undefined): boolean {
  return (
    objectOf(value)
      ?.children()
      .some((child) => child.kind() === "spread_element") === true
  );
}
