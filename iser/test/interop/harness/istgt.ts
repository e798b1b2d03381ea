import { mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { freePort } from "../../programs/free-port.ts";
import { Child } from "./child-process.ts";
import { untilItIsSo } from "./until-it-is-so.ts";

export interface IstgtTarget {
  /** Behind the node's base name. */
  readonly name: string;
  /** A file to serve as LUN 0. */
  readonly file: string;
  readonly authentication?: "CHAP" | "CHAP Mutual";
}

export interface IstgtUser {
  readonly user: string;
  readonly secret: string;
  readonly mutualUser: string;
  readonly mutualSecret: string;
}

/** istgt, the target that FreeBSD had in its ports (Debian: istgt), with a configuration of its own. */
export class Istgt {
  static readonly nodeBase = "iqn.2026-11.test.istgt";
  readonly portal: string;
  readonly #daemon: Child;

  private constructor(daemon: Child, portal: string) {
    this.#daemon = daemon;
    this.portal = portal;
  }

  /** Serves `targets`; the guarded ones let in `user`. */
  static async start(folder: string, targets: readonly IstgtTarget[], user: IstgtUser): Promise<Istgt> {
    const home = join(folder, "istgt");
    mkdirSync(home, { recursive: true });
    const file = join(home, "istgt.conf");
    const { mutualUser, mutualSecret } = user;
    writeFileSync(join(home, "auth.conf"), `[AuthGroup1]\n  Auth "${user.user}" "${user.secret}" "${mutualUser}" "${mutualSecret}"\n`, {
      mode: 0o600,
    });
    for (;;) {
      const [port, controlPort] = [await freePort(), await freePort()];
      // It wants its secrets kept from others.
      writeFileSync(file, configuration(home, port, controlPort, targets), { mode: 0o600 });
      const daemon = new Child("istgt", ["-D", "-c", file, "-p", join(home, "istgt.pid")]);
      await daemon.says(new RegExp(`LU${targets.length}: LUN0 command queuing`));
      await untilItIsSo(
        async () => daemon.hasEnded || (await isListening(port)),
        () => daemon.output,
      );
      if (!daemon.hasEnded) return new Istgt(daemon, `127.0.0.1:${port}`);
      // Somebody was faster at one of the ports.
      if (!daemon.output.includes("listen error")) throw new Error(`istgt ended:\n${daemon.output}`);
    }
  }

  url(target: string, credentials = "", query = ""): string {
    return `iscsi://${credentials}${this.portal}/${Istgt.nodeBase}:${target}/0${query}`;
  }

  async stop(): Promise<void> {
    await this.#daemon.stop();
  }
}

function configuration(home: string, port: number, controlPort: number, targets: readonly IstgtTarget[]): string {
  const units = targets.map(
    ({ name, file, authentication }, index) => `
[LogicalUnit${index + 1}]
  TargetName ${name}
  Mapping PortalGroup1 InitiatorGroup1
  AuthMethod ${authentication ?? "None"}
  AuthGroup ${authentication === undefined ? "None" : "AuthGroup1"}
  UseDigest Auto
  UnitType Disk
  LUN0 Storage ${file} Auto
`,
  );
  return `[Global]
  NodeBase "${Istgt.nodeBase}"
  PidFile ${join(home, "istgt.pid")}
  AuthFile ${join(home, "auth.conf")}
  MediaDirectory ${home}
  LogFacility "local7"
  Timeout 30
  NopInInterval 20
  DiscoveryAuthMethod None
  MaxSessions 16
  MaxConnections 4
  MaxR2T 32
  MaxOutstandingR2T 16
  DefaultTime2Wait 2
  DefaultTime2Retain 60
  FirstBurstLength 262144
  MaxBurstLength 1048576
  MaxRecvDataSegmentLength 262144
  InitialR2T Yes
  ImmediateData Yes
  DataPDUInOrder Yes
  DataSequenceInOrder Yes
  ErrorRecoveryLevel 0
[UnitControl]
  AuthMethod None
  Portal UC1 127.0.0.1:${controlPort}
  Netmask 127.0.0.1
[PortalGroup1]
  Portal DA1 127.0.0.1:${port}
[InitiatorGroup1]
  InitiatorName "ALL"
  Netmask 127.0.0.0/8
${units.join("")}`;
}

/** Whether somebody accepts on the port. */
function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
