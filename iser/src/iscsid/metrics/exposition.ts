import { Counter, Gauge, Registry } from "prom-client";
import type { SessionStatus } from "#control";
import type { DevicePlace } from "../device-registry.ts";
import type { UnitPathStatus } from "../initiator.ts";
import type { LinkCounters } from "../link-meter.ts";
import type { LoginTurns } from "../logins/login-turns.ts";
import { bucketBoundsS, type LatencyHistogram } from "./latency-histogram.ts";
import { type MeasuredDevice, measuredOperations, type OperationCounters } from "./measured-device.ts";

/** What is measured of one session. */
export interface MeasuredSession {
  readonly status: SessionStatus;
  /** undefined for one that has no link: a discovery, or one that is only remembered. */
  readonly counters: LinkCounters | undefined;
}

/** A device, and where it comes from: one place for each path. */
interface ExposedDevice {
  readonly name: string;
  readonly device: MeasuredDevice;
  readonly places: readonly DevicePlace[];
}

/** Where the numbers come from, looked at when somebody asks for them. */
export interface MeasuredDaemon {
  readonly sessions: readonly MeasuredSession[];
  readonly devices: readonly ExposedDevice[];
  readonly turns: LoginTurns;
  readonly residentBytes: number;
}

type Labels = Record<string, string | number>;
type Sample = readonly [labels: Labels, value: number];

/** The daemon's numbers in Prometheus' text format. Nothing is kept up to date for nobody: every scrape reads what the parts have counted. */
export class Exposition {
  readonly #registry = new Registry();
  #daemon: MeasuredDaemon;

  constructor(look: () => MeasuredDaemon) {
    this.#daemon = look();
    this.#look = look;
    this.#addDaemon();
    this.#addSessions();
    this.#addDevices();
    this.#addPaths();
  }

  readonly #look: () => MeasuredDaemon;

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** One scrape. */
  text(): Promise<string> {
    this.#daemon = this.#look();
    return this.#registry.metrics();
  }

  #addDaemon(): void {
    this.#gauge("iscsid_logins_running", "Logins that run now.", () => [[{}, this.#daemon.turns.running]]);
    this.#gauge("iscsid_logins_waiting", "Logins that wait for their turn.", () => [[{}, this.#daemon.turns.waiting]]);
    this.#gauge("iscsid_logins_running_most", "The most logins that ever ran at once at a portal.", () =>
      this.#daemon.turns.portals.map((portal) => [{ portal }, this.#daemon.turns.mostRunningAt(portal)]),
    );
    this.#gauge("iscsid_resident_memory_bytes", "Memory of the daemon that is in core.", () => [[{}, this.#daemon.residentBytes]]);
  }

  #addSessions(): void {
    const ofSessions = (value: (session: MeasuredSession) => number | undefined) => (): readonly Sample[] =>
      this.#daemon.sessions.flatMap((session) => {
        const sample = value(session);
        return sample === undefined ? [] : [[labelsOf(session.status), sample] as const];
      });
    this.#gauge(
      "iscsid_session_up",
      "1 while the session is connected.",
      ofSessions(({ status }) => Number(status.connected)),
    );
    this.#counter(
      "iscsid_session_logins_total",
      "Logins that succeeded.",
      ofSessions(({ counters }) => counters?.logins),
    );
    this.#counter(
      "iscsid_session_reconnects_total",
      "Logins that succeeded after the first.",
      ofSessions(({ counters }) => counters && Math.max(0, counters.logins - 1)),
    );
    this.#counter(
      "iscsid_session_losses_total",
      "Connections that were lost.",
      ofSessions(({ counters }) => counters?.losses),
    );
    this.#counter("iscsid_session_login_failures_total", "Logins that failed, by reason.", () =>
      this.#daemon.sessions.flatMap(({ status, counters }) =>
        [...(counters?.loginFailures ?? [])].map(([reason, count]) => [{ ...labelsOf(status), reason }, count] as const),
      ),
    );
    this.#counter(
      "iscsid_session_commands_total",
      "SCSI commands that ended.",
      ofSessions(({ counters }) => counters?.commands),
    );
    this.#counter(
      "iscsid_session_sent_bytes_total",
      "Bytes sent to the target.",
      ofSessions(({ counters }) => counters?.bytesSent),
    );
    this.#counter(
      "iscsid_session_received_bytes_total",
      "Bytes received from the target.",
      ofSessions(({ counters }) => counters?.bytesReceived),
    );
    this.#counter(
      "iscsid_session_payload_bytes_total",
      "Bytes of data that moved either way.",
      ofSessions(({ counters }) => counters?.payloadBytes),
    );
    this.#counter(
      "iscsid_session_copied_bytes_total",
      "Bytes of data that user space copied on their way.",
      ofSessions(({ counters }) => counters?.payloadBytesCopied),
    );
    this.#gauge(
      "iscsid_session_ping_seconds",
      "Round trip of the last ping.",
      ofSessions(({ counters }) => (counters?.pingMs === undefined ? undefined : counters.pingMs / 1000)),
    );
  }

  #addDevices(): void {
    const ofOperations = (value: (counters: OperationCounters) => number) => (): readonly Sample[] =>
      this.#operations().map(([labels, counters]) => [labels, value(counters)]);
    this.#counter(
      "iscsid_device_errors_total",
      "Operations on a device that failed.",
      ofOperations(({ errors }) => errors),
    );
    this.#counter(
      "iscsid_device_bytes_total",
      "Bytes that operations on a device were about.",
      ofOperations(({ bytes }) => bytes),
    );
    this.#registry.registerMetric(
      new HistogramView("iscsid_device_operation_seconds", "How long operations on a device took.", () =>
        this.#operations().map(([labels, { latency }]) => [labels, latency]),
      ) as unknown as Gauge,
    );
  }

  #addPaths(): void {
    const ofPaths = (value: (path: UnitPathStatus) => number | undefined) => (): readonly Sample[] =>
      this.#daemon.devices.flatMap(({ name, places }) =>
        places.flatMap(({ sessionId, lun, path }) => {
          const sample = path && value(path);
          return path === undefined || sample === undefined
            ? []
            : [[{ device: name, session: sessionId, portal: path.portal, lun }, sample] as const];
        }),
      );
    this.#gauge(
      "iscsid_path_up",
      "1 while commands could go by the path.",
      ofPaths(({ state }) => Number(state !== "failed")),
    );
    this.#gauge(
      "iscsid_path_active",
      "1 while commands go by the path.",
      ofPaths(({ state }) => Number(state === "active")),
    );
    this.#counter(
      "iscsid_path_commands_total",
      "SCSI commands that were sent by the path.",
      ofPaths(({ counters }) => counters?.commands),
    );
    this.#counter(
      "iscsid_path_bytes_total",
      "Bytes that those were to move, either way.",
      ofPaths(({ counters }) => counters?.bytes),
    );
    this.#counter(
      "iscsid_path_moved_total",
      "SCSI commands that were taken from the path, because it was lost or refused them, and sent by another.",
      ofPaths(({ counters }) => counters?.moved),
    );
  }

  /** Whatever the path, an operation counts for its device; the session and LUN beside it are those of the oldest path. */
  #operations(): readonly (readonly [Labels, OperationCounters])[] {
    return this.#daemon.devices.flatMap(({ name, device, places: [place] }) =>
      measuredOperations.map((operation) => {
        return [{ device: name, session: place?.sessionId ?? "", lun: place?.lun ?? "", operation }, device.counters[operation]] as const;
      }),
    );
  }

  #gauge(name: string, help: string, samples: () => readonly Sample[]): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: labelNames,
      registers: [this.#registry],
      collect: () => {
        gauge.reset();
        for (const [labels, value] of samples()) gauge.set(labels, value);
      },
    });
  }

  #counter(name: string, help: string, samples: () => readonly Sample[]): void {
    const counter: Counter = new Counter({
      name,
      help,
      labelNames: labelNames,
      registers: [this.#registry],
      collect: () => {
        counter.reset();
        for (const [labels, value] of samples()) counter.inc(labels, value);
      },
    });
  }
}

const labelNames = ["session", "target", "portal", "protocol", "reason", "device", "lun", "operation"];

function labelsOf({ sessionId, targetName, targetAddress, protocol }: SessionStatus): Labels {
  return { session: sessionId, target: targetName ?? "", portal: targetAddress, protocol };
}

interface HistogramSample {
  readonly metricName: string;
  readonly labels: Labels;
  readonly value: number;
}

/** A metric of the registry whose buckets were filled by somebody else: the library's own histogram takes observations only, at a price for each. */
class HistogramView {
  readonly name: string;
  readonly help: string;
  readonly type = "histogram";
  readonly aggregator = "sum";
  readonly #histograms: () => readonly (readonly [Labels, LatencyHistogram])[];

  constructor(name: string, help: string, histograms: () => readonly (readonly [Labels, LatencyHistogram])[]) {
    this.name = name;
    this.help = help;
    this.#histograms = histograms;
  }

  /** What the registry asks for at every scrape. */
  get(): Promise<{ name: string; help: string; type: string; aggregator: string; values: readonly HistogramSample[] }> {
    const { name, help, type, aggregator } = this;
    const values = this.#histograms().flatMap(([labels, histogram]) => samplesOf(name, labels, histogram));
    return Promise.resolve({ name, help, type, aggregator, values });
  }

  /** Nothing is kept here that could be reset. */
  reset(): void {}
}

/** Buckets of this format count everything up to their bound. */
function samplesOf(name: string, labels: Labels, { buckets, count, sumS }: LatencyHistogram): readonly HistogramSample[] {
  let upTo = 0;
  const bounded = bucketBoundsS.map((bound, index) => {
    upTo += buckets[index] ?? 0;
    return { metricName: `${name}_bucket`, labels: { ...labels, le: bound }, value: upTo };
  });
  return [
    ...bounded,
    { metricName: `${name}_bucket`, labels: { ...labels, le: "+Inf" }, value: count },
    { metricName: `${name}_sum`, labels, value: sumS },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
