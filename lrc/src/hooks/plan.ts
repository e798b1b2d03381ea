/** One change to the user's machine. */
export type Step =
  /** Moves a file; what is at `to` must not exist. */
  | { readonly kind: "move"; readonly from: string; readonly to: string }
  /** Hooks can be executed; what is only read says so. */
  | { readonly kind: "write"; readonly path: string; readonly text: string; readonly isExecutable?: false; readonly mode?: number }
  | { readonly kind: "remove"; readonly path: string }
  /** Removes a folder if nothing is in it. */
  | { readonly kind: "remove-folder"; readonly path: string }
  | { readonly kind: "setting"; readonly scope: "local" | "global"; readonly name: string; readonly value: string | undefined };

/** What is going to be done, in order, and what the user should know. Nothing has happened yet. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly notes: readonly string[];
}

/** One line for a reader. */
export function describeStep(step: Step): string {
  switch (step.kind) {
    case "move":
      return `move ${step.from} to ${step.to}`;
    case "write":
      return `write ${step.path}`;
    case "remove":
      return `remove ${step.path}`;
    case "remove-folder":
      return `remove ${step.path} if it is empty`;
    case "setting":
      return step.value === undefined
        ? `git config --${step.scope} --unset ${step.name}`
        : `git config --${step.scope} ${step.name} ${step.value}`;
  }
}
