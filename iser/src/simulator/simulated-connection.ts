import type { Clock, Duration, Instant, Timer } from "kit/clock";
import type { ByteStreamCore } from "#bytes";
import { SocketError } from "#socket";

/** What a network does to bytes on their way. Each is asked for every packet, so that a seed decides it. */
export interface Conditions {
  /** How long the next packet takes. Packets of one direction never overtake each other. */
  latency(): Duration;
  /** Into how large a piece the next of `available` bytes are cut, at least 1. */
  split(available: number): number;
}

type Packet = { readonly kind: "data"; readonly bytes: Uint8Array } | { readonly kind: "end" } | { readonly kind: "reset" };

/** As much as a kernel takes of somebody who does not read. */
const windowBytes = 256 * 1024;

/** How long an ended connection waits for the peer to end its side too, as sockets do (see socket-pump.ts). */
const lingerMs: Duration = 5000;

/**
 * A connection of the simulated network, with the two cores at its ends. As strict as a kernel: chunks are overwritten after `receive` returned. Either end may be gone while the
 * other has not heard of it; what then arrives at nobody is answered by a reset, or swallowed when the machine is gone too.
 */
export class SimulatedConnection {
  readonly name: string;
  readonly #there: Way;
  readonly #back: Way;
  readonly #ends: readonly [End, End];

  constructor(
    name: string,
    cores: readonly [ByteStreamCore, ByteStreamCore],
    clock: Clock,
    conditions: Conditions,
    onDirty: (end: End) => void,
  ) {
    this.name = name;
    const [client, server] = [new End(cores[0], clock, true, onDirty), new End(cores[1], clock, false, onDirty)];
    this.#ends = [client, server];
    this.#there = new Way(client, server, clock, conditions);
    this.#back = new Way(server, client, clock, conditions);
    client.out = this.#there;
    server.out = this.#back;
    server.open();
    client.open();
  }

  get closed(): boolean {
    return this.#ends.every((end) => end.isGone);
  }

  /** Nothing arrives until `until`, in the directions that are named; what is sent meanwhile arrives then. */
  freeze(until: Instant, which: "there" | "back" | "both" = "both"): void {
    if (which !== "back") this.#there.freeze(until);
    if (which !== "there") this.#back.freeze(until);
  }

  /** What is on its way is lost, and both ends hear of it. */
  cut(): void {
    this.#there.clear();
    this.#back.clear();
    for (const end of this.#ends) end.reset();
  }

  /** One end loses the connection and tells nobody: `swallowed`, not even when it is sent something. */
  drop(which: "client" | "server", swallowed: boolean): void {
    const [client, server] = this.#ends;
    const [end, way] = which === "client" ? [client, this.#back] : [server, this.#there];
    if (swallowed) way.swallow();
    end.out.clear();
    end.reset();
  }
}

/** One core at its end of a connection. */
export class End {
  readonly core: ByteStreamCore;
  /** The way of what it sends. */
  out!: Way;
  readonly #clock: Clock;
  readonly #places: boolean;
  readonly #onDirty: (end: End) => void;
  #timer: Timer | undefined = undefined;
  #timerAt: Instant = Number.POSITIVE_INFINITY;
  #linger: Timer | undefined = undefined;
  #dirty = false;
  #ended = false;
  isGone = false;

  constructor(core: ByteStreamCore, clock: Clock, places: boolean, onDirty: (end: End) => void) {
    this.core = core;
    this.#clock = clock;
    this.#places = places;
    this.#onDirty = onDirty;
  }

  open(): void {
    this.core.opened(() => this.touch(), this.#clock.now());
    this.touch();
  }

  /** It may have something to say. */
  touch(): void {
    if (this.#dirty || this.isGone) return;
    this.#dirty = true;
    this.#onDirty(this);
  }

  get takesInput(): boolean {
    return !this.isGone && this.core.inputPaused !== true;
  }

  /** Takes what the core has to say. */
  pump(): void {
    this.#dirty = false;
    while (!this.isGone && !this.#ended && this.core.wantsClose !== "reset" && this.out.queuedBytes < windowBytes) {
      const pieces = this.core.takeOutput();
      if (pieces.length === 0) {
        if (this.core.wantsClose === "end") this.#end();
        break;
      }
      this.out.send({ kind: "data", bytes: joined(pieces) });
      this.core.outputSent(this.#clock.now());
    }
    if (this.isGone) return;
    if (this.core.wantsClose === "reset") {
      this.out.send({ kind: "reset" });
      this.gone(undefined);
      return;
    }
    this.out.peerReadsAgain();
    this.#watchDeadline();
  }

  receive(bytes: Uint8Array, split: (available: number) => number): void {
    for (let at = 0; at < bytes.length && !this.isGone; ) {
      if (this.core.wantsClose === "reset") break;
      const count = Math.max(1, Math.min(split(bytes.length - at), bytes.length - at));
      const placement = this.#places ? this.core.placement() : undefined;
      if (placement === undefined) {
        const chunk = bytes.slice(at, at + count);
        this.core.receive(chunk, this.#clock.now());
        chunk.fill(0xdb);
        at += count;
      } else {
        const placed = Math.min(placement.length, count);
        placement.set(bytes.subarray(at, at + placed));
        this.core.placed(placed, this.#clock.now());
        at += placed;
      }
    }
    this.touch();
  }

  /** The peer has ended its side. */
  ended(): void {
    if (!this.#ended) this.out.send({ kind: "end" });
    this.gone(undefined);
  }

  reset(): void {
    this.gone(new SocketError("ECONNRESET", "the peer reset the connection"));
  }

  gone(cause: Error | undefined): void {
    if (this.isGone) return;
    this.isGone = true;
    this.#timer?.cancel();
    this.#linger?.cancel();
    this.core.closed(cause, this.#clock.now());
  }

  #end(): void {
    this.#ended = true;
    this.out.send({ kind: "end" });
    this.#linger = this.#clock.after(lingerMs, () => this.gone(undefined), { background: true });
  }

  #watchDeadline(): void {
    const deadline = this.core.deadline();
    if (deadline === undefined || deadline >= this.#timerAt) return;
    this.#timer?.cancel();
    this.#timerAt = deadline;
    this.#timer = this.#clock.after(Math.max(0, deadline - this.#clock.now()), () => this.#onTimer(), { background: true });
  }

  #onTimer(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    const deadline = this.core.deadline();
    if (deadline !== undefined && deadline <= this.#clock.now()) this.core.timeout(this.#clock.now());
    this.touch();
  }
}

/** One direction: packets in their order, each due at its moment. */
class Way {
  readonly #from: End;
  readonly #to: End;
  readonly #clock: Clock;
  readonly #conditions: Conditions;
  #packets: { readonly packet: Packet; readonly due: Instant }[] = [];
  #latest: Instant = 0;
  #frozenUntil: Instant = 0;
  #swallowing = false;
  #timer: Timer | undefined = undefined;
  queuedBytes = 0;

  constructor(from: End, to: End, clock: Clock, conditions: Conditions) {
    this.#from = from;
    this.#to = to;
    this.#clock = clock;
    this.#conditions = conditions;
  }

  send(packet: Packet): void {
    if (this.#swallowing) return;
    this.#latest = Math.max(this.#latest, this.#clock.now() + this.#conditions.latency());
    this.#packets.push({ packet, due: this.#latest });
    if (packet.kind === "data") this.queuedBytes += packet.bytes.length;
    this.#arm();
  }

  freeze(until: Instant): void {
    this.#frozenUntil = Math.max(this.#frozenUntil, until);
  }

  swallow(): void {
    this.#swallowing = true;
    this.clear();
  }

  clear(): void {
    this.#packets = [];
    this.queuedBytes = 0;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** The sender's core did something: it may also read again, what the other way has for it. */
  peerReadsAgain(): void {
    this.#to.out.#arm();
  }

  #arm(): void {
    const [first] = this.#packets;
    if (first === undefined || this.#timer !== undefined) return;
    if (!this.#to.isGone && !this.#to.takesInput) return;
    const due = Math.max(first.due, this.#frozenUntil);
    this.#timer = this.#clock.after(Math.max(0, due - this.#clock.now()), () => this.#deliver(), { background: true });
  }

  #deliver(): void {
    this.#timer = undefined;
    for (let [first] = this.#packets; first !== undefined && this.#mayArrive(first.due); [first] = this.#packets) {
      this.#packets.shift();
      this.#arrive(first.packet);
    }
    this.#arm();
  }

  #mayArrive(due: Instant): boolean {
    const now = this.#clock.now();
    return due <= now && this.#frozenUntil <= now && (this.#to.isGone || this.#to.takesInput);
  }

  #arrive(packet: Packet): void {
    if (packet.kind === "data") {
      this.queuedBytes -= packet.bytes.length;
      this.#from.touch();
    }
    if (this.#to.isGone) {
      if (packet.kind === "data" && !this.#from.isGone) this.#to.out.send({ kind: "reset" });
      return;
    }
    switch (packet.kind) {
      case "data":
        this.#to.receive(packet.bytes, (available) => this.#conditions.split(available));
        return;
      case "end":
        this.#to.ended();
        return;
      case "reset":
        this.#to.reset();
    }
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
