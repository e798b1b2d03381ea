import type {
  CompletionStatus,
  MemoryRegion,
  ProtectionDomain,
  QueuePair,
  QueuePairCounters,
  QueuePairState,
  QueuePairUser,
  RdmaError,
  ReceiveRequest,
  WorkRequest,
} from "#iwarp";
import { type IserDriver, IserSeverity } from "./iser-driver.ts";

/** A queue pair that tells the driver's log what becomes of it. */
export class LoggedQueuePair implements QueuePair, QueuePairUser {
  readonly #queuePair: QueuePair;
  readonly #driver: IserDriver;
  /** Who the peer is, for people. */
  readonly #peer: string;
  #user!: QueuePairUser;
  #isEstablished = false;
  #isFaulted = false;
  /** Requests that came back without having been done. */
  #flushed = 0;

  constructor(queuePair: QueuePair, driver: IserDriver, peer: string) {
    this.#queuePair = queuePair;
    this.#driver = driver;
    this.#peer = peer;
    queuePair.attach(this);
  }

  // ---------------------------------------------------------------------------------------------------------------- QueuePair

  get state(): QueuePairState {
    return this.#queuePair.state;
  }

  get protectionDomain(): ProtectionDomain {
    return this.#queuePair.protectionDomain;
  }

  get counters(): QueuePairCounters {
    return this.#queuePair.counters;
  }

  get inboundReadDepth(): number {
    return this.#queuePair.inboundReadDepth;
  }

  get outboundReadDepth(): number {
    return this.#queuePair.outboundReadDepth;
  }

  attach(user: QueuePairUser): void {
    this.#user = user;
  }

  postReceive(receive: ReceiveRequest): void {
    this.#queuePair.postReceive(receive);
  }

  post(request: WorkRequest): void {
    if (this.#driver.says(IserSeverity.debug)) this.#driver.debugging("post", `${request.operation} to ${this.#peer}`);
    this.#queuePair.post(request);
  }

  connect(privateData: Uint8Array): void {
    this.#driver.info("connect", `to ${this.#peer}`);
    this.#queuePair.connect(privateData);
  }

  accept(privateData: Uint8Array): void {
    this.#queuePair.accept(privateData);
  }

  reject(privateData: Uint8Array): void {
    this.#queuePair.reject(privateData);
  }

  disconnect(how: "end" | "reset"): void {
    this.#driver.info("disconnect", `closing the connection with ${this.#peer} (${how})`);
    this.#queuePair.disconnect(how);
  }

  // ------------------------------------------------------------------------------------------------------------ QueuePairUser

  onConnectRequest(privateData: Uint8Array): void {
    this.#user.onConnectRequest(privateData);
  }

  onEstablished(privateData: Uint8Array): void {
    this.#isEstablished = true;
    this.#driver.reached(this.#peer);
    const { inboundReadDepth, outboundReadDepth } = this.#queuePair;
    this.#driver.info("onEstablished", `connected with ${this.#peer}, RDMA Reads in ${inboundReadDepth}, out ${outboundReadDepth}`);
    this.#user.onEstablished(privateData);
  }

  onReceive(receive: ReceiveRequest, status: CompletionStatus): void {
    this.#returned("receive", status);
    this.#user.onReceive(receive, status);
  }

  onCompletion(request: WorkRequest, status: CompletionStatus): void {
    this.#returned(request.operation, status);
    this.#user.onCompletion(request, status);
  }

  onDeregistered(region: MemoryRegion): void {
    if (this.#driver.says(IserSeverity.debug)) this.#driver.debugging("onDeregistered", `${region.length} bytes are free`);
    this.#user.onDeregistered(region);
  }

  onFault(error: RdmaError): void {
    this.#isFaulted = true;
    if (this.#isEstablished) this.#driver.error("onFault", `${this.#peer}: ${error.message}`);
    else this.#driver.unreachable("onFault", this.#peer, `${this.#peer}: ${error.message}`);
    this.#user.onFault(error);
  }

  onDisconnected(cause: Error | undefined): void {
    const why = cause === undefined ? "" : `: ${cause.message}`;
    if (!this.#isEstablished && !this.#isFaulted) {
      this.#driver.unreachable("onDisconnected", this.#peer, `no connection with ${this.#peer}${why}`);
    } else if (cause !== undefined) this.#driver.warn("onDisconnected", `the connection with ${this.#peer} was lost${why}`);
    const { bytesSent, bytesReceived } = this.#queuePair.counters;
    this.#driver.info(
      "onDisconnected",
      `freed: ${bytesSent} bytes sent to ${this.#peer}, ${bytesReceived} received, ${this.#flushed} requests flushed`,
    );
    this.#user.onDisconnected(cause);
  }

  #returned(what: string, status: CompletionStatus): void {
    if (status === "flushed") this.#flushed += 1;
    if (this.#driver.says(IserSeverity.debug)) this.#driver.debugging("completion", `${what} with ${this.#peer}: ${status}`);
  }
}
