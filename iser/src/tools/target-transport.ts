import type { Clock } from "kit/clock";
import { IserTargetDatamover, TcpTargetDatamover } from "#datamover";
import { SoftwareQueuePair } from "#iwarp";
import { listen, ownThreadTuning } from "#socket";
import type { TargetTransport } from "#target";

/** iSCSI over TCP sockets, as a target needs it. */
export function tcpTargetTransport(clock: Clock): TargetTransport {
  return {
    kind: "tcp",
    listen: listenWith(clock),
    makeDatamover: () => {
      const mover = new TcpTargetDatamover();
      return { datamover: mover, stream: mover };
    },
  };
}

/** iSER over software iWARP on TCP sockets. Whether there are checksums is for initiators to ask. */
export function iserTargetTransport(clock: Clock): TargetTransport {
  return {
    kind: "iser",
    listen: listenWith(clock),
    makeDatamover: () => {
      const queuePair = new SoftwareQueuePair({ role: "responder" });
      return { datamover: new IserTargetDatamover(queuePair), stream: queuePair };
    },
  };
}

function listenWith(clock: Clock): TargetTransport["listen"] {
  return async (address, makeCore) => {
    const listener = await listen(address, makeCore, clock, { tuning: ownThreadTuning });
    if ("path" in listener.address) throw new Error(`listening on ${address.host} gave a path`);
    return { address: listener.address, close: () => listener.close() };
  };
}
