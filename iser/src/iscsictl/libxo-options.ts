import type { ListFormat } from "./action.ts";
import { wrong } from "./wrong.ts";

/** The letters of `--libxo:JP`, and what each is short for. */
const brief: Readonly<Record<string, string>> = { H: "html", J: "json", P: "pretty", T: "text", X: "xml" };

/** Turns `--libxo:JP`, the short form that only libxo has, into `--libxo=json,pretty`. */
export function spelledOut(argv: readonly string[]): readonly string[] {
  return argv.map((argument) => {
    const letters = /^--libxo:(.+)$/.exec(argument)?.[1];
    return letters === undefined
      ? argument
      : `--libxo=${letters
          .split("")
          .map((letter) => brief[letter] ?? letter)
          .join(",")}`;
  });
}

/** The part of libxo's options that means something here: a format, and `pretty`. */
export function listFormat(options: string | undefined): ListFormat {
  let kind: ListFormat["kind"] = "text";
  let pretty = false;
  for (const option of options?.split(",") ?? []) {
    if (option === "text" || option === "json" || option === "xml" || option === "html") kind = option;
    else if (option === "pretty") pretty = true;
    else throw wrong(`--libxo ${option} is not possible`, "it takes text, json, xml or html, and pretty, with commas between them");
  }
  return { kind, pretty };
}
