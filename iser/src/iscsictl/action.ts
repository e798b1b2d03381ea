import type { SessionChanges, SessionConfig, SessionFilter } from "#control";
import type { Shell } from "#manual";

/** What a command line of iscsictl(8) asks for. Files are paths as given, or undefined for the usual one. */
export type Action =
  | { readonly verb: "help" }
  | { readonly verb: "version" }
  | { readonly verb: "completion"; readonly shell: Shell }
  | { readonly verb: "check"; readonly file: string | undefined }
  | { readonly verb: "format"; readonly file: string | undefined; readonly inPlace: boolean }
  | DaemonAction;

/** What the daemon is needed for. */
export type DaemonAction =
  | {
      readonly verb: "add";
      readonly session: SessionConfig;
      readonly waitSeconds: number | undefined;
      readonly warning: string | undefined;
    }
  | { readonly verb: "add-configured"; readonly which: Configured; readonly waitSeconds: number | undefined }
  | {
      readonly verb: "modify";
      readonly sessionId: number;
      readonly changes: SessionChanges;
      readonly force?: boolean;
      readonly warning: string | undefined;
    }
  | {
      readonly verb: "modify-configured";
      readonly sessionId: number;
      readonly which: Configured & { readonly nickname: string };
      readonly force?: boolean;
    }
  | { readonly verb: "remove"; readonly filter: SessionFilter }
  | { readonly verb: "remove-configured"; readonly which: Configured & { readonly nickname: string }; readonly force?: boolean }
  | { readonly verb: "sysctl"; readonly name: string | undefined; readonly value: string | undefined }
  | ListAction;

export interface ListAction {
  readonly verb: "list";
  readonly verbose: boolean;
  readonly showSecrets: boolean;
  readonly format: ListFormat;
  readonly waitSeconds: number | undefined;
}

/** Blocks of an iscsi.conf: one, or all without a nickname. */
export interface Configured {
  readonly file: string | undefined;
  readonly nickname: string | undefined;
}

/** As libxo(3) is told it. `pretty` is of no effect on text. */
export interface ListFormat {
  readonly kind: "text" | "json" | "xml" | "html";
  readonly pretty: boolean;
}
