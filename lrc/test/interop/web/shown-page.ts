import { fileURLToPath } from "node:url";
import { SystemClock, SystemRandom } from "kit/clock";
import { LivePage, type PageAction, type PageServer, type PageState, servePage } from "#web";

/** A page that is served as it is, with what its buttons asked for written down. */
export class ShownPage<State extends PageState> implements AsyncDisposable {
  readonly live: LivePage<State>;
  readonly asked: { readonly action: string; readonly input: Readonly<Record<string, unknown>> }[] = [];
  left = 0;
  #server: PageServer | undefined;

  constructor(state: State) {
    this.live = new LivePage(state);
  }

  async serve(actions: Readonly<Record<string, PageAction>>): Promise<string> {
    const noted = Object.fromEntries(
      Object.entries(actions).map(([action, run]): [string, PageAction] => [
        action,
        (input) => {
          this.asked.push({ action, input });
          return run(input);
        },
      ]),
    );
    this.#server = await servePage({
      page: this.live,
      actions: noted,
      assets: fileURLToPath(new URL("../../../dist/page", import.meta.url)),
      clock: new SystemClock(),
      random: new SystemRandom(),
      onLeft: () => {
        this.left += 1;
      },
    });
    return this.#server.url;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.close();
  }
}
