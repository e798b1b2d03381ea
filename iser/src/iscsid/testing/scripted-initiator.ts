import { MemoryDisk } from "#block";
import type { NegotiatedStatus, SessionConfig } from "#control";
import type { FoundTarget, Initiator, LinkStatus, LogicalUnit, TargetLink, TargetLinkListener } from "../initiator.ts";
import { LinkMeter } from "../link-meter.ts";

const negotiated: NegotiatedStatus = {
  headerDigest: "None",
  dataDigest: "None",
  maxRecvDataSegmentLength: 262144,
  maxSendDataSegmentLength: 8192,
  maxBurstLength: 262144,
  firstBurstLength: 65536,
  immediateData: true,
};

/** A link whose fate a test decides. */
export class ScriptedLink implements TargetLink {
  readonly config: SessionConfig;
  /** What it was told to go on with, one after the other. */
  readonly configs: SessionConfig[] = [];
  readonly #listener: TargetLinkListener;
  status: LinkStatus = {
    connected: false,
    failureReason: undefined,
    failureDetail: undefined,
    initiatorPortal: undefined,
    targetAlias: undefined,
    negotiated: undefined,
  };
  readonly counters = new LinkMeter().counters({ logins: 0, commands: 0 });
  /** Set once `close` was called: what to call when the logout is to end. */
  loggedOut: (() => void) | undefined = undefined;
  readonly #disks = new Map<number, LogicalUnit & { readonly device: MemoryDisk }>();

  constructor(config: SessionConfig, listener: TargetLinkListener) {
    this.config = config;
    this.#listener = listener;
  }

  /** The login succeeds, and the target has disks at these LUNs; a LUN it had before is the disk it was. */
  connect(...luns: number[]): void {
    for (const lun of luns) {
      if (!this.#disks.has(lun)) this.#disks.set(lun, { lun, device: new MemoryDisk({ size: 1024 * 1024 }), description: `disk ${lun}` });
    }
    this.#listener.onUnits(luns.flatMap((lun) => this.#disks.get(lun) ?? []));
    this.status = { ...this.status, connected: true, failureReason: undefined, failureDetail: undefined };
    this.status = { ...this.status, initiatorPortal: "127.0.0.1:5000", targetAlias: "scripted", negotiated };
    this.#listener.onChange();
  }

  lose(reason: string | undefined): void {
    this.status = { ...this.status, connected: false, failureReason: reason, failureDetail: reason, initiatorPortal: undefined };
    this.#listener.onChange();
  }

  reconfigure(config: SessionConfig): void {
    this.configs.push(config);
    this.lose(undefined);
  }

  close(done: () => void): void {
    this.loggedOut = done;
  }
}

/** Sessions and discoveries that do what a test says. */
export class ScriptedInitiator implements Initiator {
  readonly name = "iqn.1994-09.org.freebsd:test";
  readonly links: ScriptedLink[] = [];
  /** What each link was opened with. */
  readonly isids: Uint8Array[] = [];
  readonly discoveries: { readonly config: SessionConfig; readonly answer: (outcome: readonly FoundTarget[] | Error) => void }[] = [];
  abandonedDiscoveries = 0;

  open(config: SessionConfig, isid: Uint8Array, listener: TargetLinkListener): ScriptedLink {
    this.isids.push(isid);
    const link = new ScriptedLink(config, listener);
    this.links.push(link);
    return link;
  }

  discover(config: SessionConfig, done: (outcome: readonly FoundTarget[] | Error) => void): () => void {
    this.discoveries.push({ config, answer: done });
    return () => this.abandonedDiscoveries++;
  }

  /** The link that was opened `index`th. */
  link(index: number): ScriptedLink {
    const link = this.links[index];
    if (link === undefined) throw new Error(`only ${this.links.length} links were opened`);
    return link;
  }
}
