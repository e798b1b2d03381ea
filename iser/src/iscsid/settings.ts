/**
 * What sysctl(8) sets in a kernel that has iscsi(4), icl and iser(4): numbers that hold for the whole daemon. Whoever is steered by one reads it when it matters, so
 * that a new value holds from then on.
 */
export class Settings {
  /** `kern.iscsi.debug`: 0 errors only, 1 what happens to sessions, 2 and more everything. */
  iscsiDebug = 1;
  /** `kern.iscsi.ping_timeout`: how long a ping may stay unanswered; 0: nobody is pinged. */
  pingTimeoutS = 5;
  /** `kern.iscsi.login_timeout`: from the connection to the end of the login; 0: as long as it likes. */
  loginTimeoutS = 60;
  /** `kern.iscsi.iscsid_timeout`: how long a connection may take to be made, before another attempt. Ours never waits longer than `longestConnectS`. */
  iscsidTimeoutS = 60;
  /** `kern.iscsi.maxtags`: commands outstanding in a session that is added from now on. */
  maxTags = 255;
  /** `kern.iscsi.fail_on_disconnection`: 1: a session that is lost takes its devices with it. */
  failOnDisconnection = 0;
  /** `kern.iscsi.fail_on_shutdown`: 1: what waits for a session that is lost fails when the daemon ends; 0: it has some seconds to come back. */
  failOnShutdown = 1;
  /** `kern.icl.debug`: 2 and more: every attempt to connect is in the log. */
  iclDebug = 1;
  /** `kern.icl.busy_poll`: microseconds that the daemon stays awake for an answer or a request that is expected; 0: it never does. */
  busyPollUs = 100;
  /** `kern.icl.coalesce`: 1: what is to be sent leaves in as few writes as possible; 0: each PDU in one of its own. */
  coalesce = 1;
  /** `kern.icl.partial_receive_len`: the most bytes of a data segment that are read at once. */
  partialReceiveBytes = 128 * 1024;
  /** `kern.icl.sendspace`: bytes that wait for the kernel before no more are given to it. */
  sendSpaceBytes = 1024 * 1024;
  /** `kern.icl.recvspace`: the most bytes that are read at once before it is known what they are. */
  receiveSpaceBytes = 1024 * 1024;
}

/**
 * No attempt to connect lasts longer, whatever `kern.iscsi.iscsid_timeout` says: the kernel asks a silent host again after ever longer pauses, and a new attempt finds a
 * target that came back sooner.
 */
export const longestConnectS = 10;

/** What a signed 32-bit sysctl holds. */
const mostInt = 2 ** 31 - 1;

/** Node's timers count milliseconds in as many bits. */
const mostSeconds = Math.floor(mostInt / 1000);

/** How a variable is called, what it may be, and where it is kept. */
export interface SettingRow {
  readonly name: string;
  readonly key: keyof Settings;
  readonly least: number;
  readonly most: number;
}

export const settingRows: readonly SettingRow[] = [
  { name: "kern.icl.busy_poll", key: "busyPollUs", least: 0, most: 1000 },
  { name: "kern.icl.coalesce", key: "coalesce", least: 0, most: 1 },
  { name: "kern.icl.debug", key: "iclDebug", least: 0, most: mostInt },
  { name: "kern.icl.partial_receive_len", key: "partialReceiveBytes", least: 512, most: mostInt },
  { name: "kern.icl.recvspace", key: "receiveSpaceBytes", least: 4096, most: mostInt },
  { name: "kern.icl.sendspace", key: "sendSpaceBytes", least: 4096, most: mostInt },
  { name: "kern.iscsi.debug", key: "iscsiDebug", least: 0, most: mostInt },
  { name: "kern.iscsi.fail_on_disconnection", key: "failOnDisconnection", least: 0, most: 1 },
  { name: "kern.iscsi.fail_on_shutdown", key: "failOnShutdown", least: 0, most: 1 },
  { name: "kern.iscsi.iscsid_timeout", key: "iscsidTimeoutS", least: 1, most: mostSeconds },
  { name: "kern.iscsi.login_timeout", key: "loginTimeoutS", least: 0, most: mostSeconds },
  { name: "kern.iscsi.maxtags", key: "maxTags", least: 1, most: 65533 },
  { name: "kern.iscsi.ping_timeout", key: "pingTimeoutS", least: 0, most: mostSeconds },
];
