import { basename, join } from "node:path";
import type { Answer } from "#decision";
import type { Repository } from "#git";
import type { StateFolder } from "#history";
import type { Finding } from "#review";
import {
  agentText,
  countedFindings,
  LivePage,
  type PageAction,
  type PageAnswer,
  PageError,
  type PageServer,
  type ReviewPage,
  servePage,
} from "#web";
import { applyPatch } from "../apply-patch.ts";
import type { Surroundings } from "../context.ts";
import { dismissFinding, undoDismissal } from "../dismissals.ts";
import { version } from "../version.ts";
import { noteActivePage } from "./active-pages.ts";
import { agentsOnPath, handOffOf } from "./agent-programs.ts";
import { openBrowser } from "./open-browser.ts";
import { emptyReviewPage, note, pageFinding, showDecision } from "./review-page.ts";
import { runAgent } from "./run-agent.ts";
import { hasDisplay } from "./wanted.ts";
import { WatchedReview } from "./watched-review.ts";

/** What somebody has said on the page. */
export interface PageDecision {
  readonly answer: Answer;
  /** The branch is to be pushed once the commit is made. */
  readonly push: boolean;
  /** Undefined: as it was. */
  readonly message: string | undefined;
}

export interface SessionOptions {
  readonly repository: Repository | undefined;
  readonly source: string;
  /** Where dismissals are kept; undefined where there is no repository. */
  readonly state: StateFolder | undefined;
  /** The change can be changed from here: suggestions are applied, and it is looked at again. */
  readonly again: (() => Promise<void>) | undefined;
}

/** A review in the browser: the page, what its buttons do, and the decision it comes to. */
export class PageSession implements AsyncDisposable {
  readonly page: LivePage<ReviewPage>;
  readonly #options: SessionOptions;
  readonly #surroundings: Surroundings;
  readonly #decision: PromiseWithResolvers<PageDecision | "left">;
  readonly #ending = new AbortController();
  #server: PageServer | undefined;
  #closeBrowserFile: () => void = () => undefined;
  #forgetPage: () => void = () => undefined;
  /** One thing at a time: two clicks do not change the index at once. */
  #busy: Promise<unknown> = Promise.resolve();

  private constructor(page: LivePage<ReviewPage>, options: SessionOptions, surroundings: Surroundings) {
    this.page = page;
    this.#options = options;
    this.#surroundings = surroundings;
    this.#decision = withResolvers<PageDecision | "left">();
  }

  /** Serves the page, prints its address, and opens it where a browser has somewhere to draw. */
  static async open(options: SessionOptions, surroundings: Surroundings): Promise<PageSession> {
    const { repository, source } = options;
    const { env, stderr, clock, random } = surroundings;
    const root = repository?.paths.root;
    const page = new LivePage<ReviewPage>(
      emptyReviewPage({
        version,
        repository: basename(root ?? surroundings.directory),
        branch: await repository?.branch(),
        source,
        agents: root === undefined ? [] : agentsOnPath(env),
      }),
    );
    const session = new PageSession(page, options, surroundings);
    const assets = join(surroundings.program.script, "..", "..", "page");
    session.#server = await servePage({
      page,
      actions: session.#actions(),
      assets,
      clock,
      random,
      onLeft: () => session.#decision.resolve("left"),
    });
    stderr.write(`lrc: ${session.#server.url}\n`);
    session.#forgetPage = noteActivePage(options.state, session.#server.port, { source, since: surroundings.wallTime() }, surroundings);
    note(page, surroundings.wallTime(), `reviewing ${source}`);
    if (hasDisplay(env)) session.#closeBrowserFile = await openBrowser(session.#server.url, env);
    return session;
  }

  /** Resolves with what was clicked, or `left` when no tab is open any more. */
  get decision(): Promise<PageDecision | "left"> {
    return this.#decision.promise;
  }

  /** Whom a review tells how it goes, so that the page shows it. */
  watchReview(): WatchedReview {
    return new WatchedReview(this.page, this.#surroundings.clock, (text) => this.note(text));
  }

  /** Says that something happened. */
  note(text: string): void {
    note(this.page, this.#surroundings.wallTime(), text);
  }

  /** Shows what was decided, wherever that was. */
  showDecision(answer: PageAnswer): void {
    showDecision(this.page, answer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort(new Error("the page is closed"));
    this.#closeBrowserFile();
    this.#forgetPage();
    await this.#server?.close();
  }

  #actions(): Readonly<Record<string, PageAction>> {
    const inTurn =
      (action: PageAction): PageAction =>
      (input) => {
        const turn = this.#busy.then(async () => await action(input));
        this.#busy = turn.catch(() => undefined);
        return turn;
      };
    return {
      answer: (input) => this.#answer(input),
      dismiss: inTurn(async (input) => await this.#dismiss(input)),
      restore: inTurn(async (input) => await this.#restore(input)),
      apply: inTurn(async (input) => await this.#apply(input)),
      send: (input) => this.#send(input),
    };
  }

  #answer({ answer, message }: Readonly<Record<string, unknown>>): void {
    const given = this.page.state.legal.find((legal) => legal === answer);
    if (given === undefined) throw new PageError("that cannot be answered now");
    if (message !== undefined && typeof message !== "string") throw new PageError("the message is no text");
    const push = given === "commit-push";
    const commits = push || given === "commit";
    const text = commits && message !== undefined && message.trim() !== "" ? message : undefined;
    if (commits && text === undefined && this.page.state.message === "needed") throw new PageError("a commit needs a message");
    this.#decision.resolve({ answer: push ? "commit" : given, push, message: text });
    this.showDecision(given);
  }

  async #dismiss({ fingerprint, reason }: Readonly<Record<string, unknown>>): Promise<void> {
    const finding = this.#finding(fingerprint);
    const { state, again } = this.#options;
    if (state === undefined) throw new PageError("there is no repository to note that in");
    if (typeof reason !== "string" || reason.trim() === "" || reason.length > 500) throw new PageError("a dismissal needs a reason");
    dismissFinding(state, { fingerprint: finding.fingerprint, reason: reason.trim(), time: this.#surroundings.wallTime() });
    const { findings, suppressed } = this.page.state;
    this.page.update({
      findings: findings.filter((other) => other !== finding),
      suppressed: [...suppressed, { finding, by: "dismissed", reason }],
    });
    this.note(`dismissed ${finding.ruleId} at ${finding.path}:${finding.startLine}: ${reason}`);
    // It may have been what stopped the commit.
    if (again !== undefined && !this.page.state.legal.includes("commit")) await again();
  }

  async #restore({ fingerprint }: Readonly<Record<string, unknown>>): Promise<void> {
    const { findings, suppressed } = this.page.state;
    const { state, again } = this.#options;
    const dismissed = suppressed.find(({ finding, by }) => by === "dismissed" && finding.fingerprint === fingerprint);
    if (state === undefined || dismissed === undefined) throw new PageError("that finding is not among the dismissed ones any more");
    const { finding } = dismissed;
    undoDismissal(state, finding.fingerprint);
    this.page.update({
      findings: [...findings, pageFinding(finding)],
      suppressed: suppressed.filter((other) => other !== dismissed),
    });
    this.note(`shown again: ${finding.ruleId} at ${finding.path}:${finding.startLine}`);
    if (again !== undefined) await again();
  }

  async #apply({ fingerprint }: Readonly<Record<string, unknown>>): Promise<void> {
    const finding = this.#finding(fingerprint);
    const { patch } = finding;
    const { again, repository } = this.#options;
    if (patch === undefined || again === undefined || repository === undefined) throw new PageError("there is no change at hand for it");
    const { legal } = this.page.state;
    // Nobody decides about a change while it changes.
    this.page.update({ legal: [] });
    try {
      const { inWorktree } = await applyPatch(repository, patch);
      this.note(
        `applied the suggestion at ${finding.path}:${finding.startLine}${inWorktree ? "" : "; the working tree differs and stays"}`,
      );
    } catch (error) {
      this.page.update({ legal });
      throw new PageError(`it does not fit what is staged any more: ${error instanceof Error ? error.message : String(error)}`);
    }
    await again();
  }

  #send({ agent, fingerprints }: Readonly<Record<string, unknown>>): void {
    const name = typeof agent === "string" && this.page.state.agents.includes(agent) ? agent : undefined;
    const handOff = name === undefined ? undefined : handOffOf(name);
    const directory = this.#options.repository?.paths.root;
    if (name === undefined || handOff === undefined || directory === undefined) throw new PageError("that agent is not here");
    const wanted = new Set(Array.isArray(fingerprints) ? fingerprints : []);
    const findings = this.page.state.findings.filter((finding) => wanted.has(finding.fingerprint));
    if (findings.length === 0) throw new PageError("nothing is left to be sent");
    this.note(`${countedFindings(findings.length)} sent to ${name}`);
    const onLine = (line: string): void => this.note(`${name}: ${line}`);
    runAgent({
      ...handOff,
      directory,
      env: this.#surroundings.env,
      prompt: `${agentText(findings, this.page.state.source)}\nEdit the files in the working tree. Do not run git.\n`,
      onLine,
      signal: this.#ending.signal,
    }).then(
      (code) =>
        this.note(
          `${name} has ended${code === 0 ? "; look at what it did, stage what is right, and have it reviewed again" : ` with code ${code}`}`,
        ),
      (error: unknown) => this.note(`${name}: ${error instanceof Error ? error.message : String(error)}`),
    );
  }

  #finding(fingerprint: unknown): Finding {
    const finding = this.page.state.findings.find((other) => other.fingerprint === fingerprint);
    if (finding === undefined) throw new PageError("that finding is not shown any more");
    return finding;
  }
}

/** Promise.withResolvers, which Node has since 22. */
interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
