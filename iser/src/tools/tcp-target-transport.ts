import type { Clock } from "kit/clock";
import { TcpTargetDatamover } from "#datamover";
import { listen } from "#socket";
import type { TargetTransport } from "#target";

/** iSCSI over TCP sockets, as a target needs it. */
export function tcpTargetTransport(clock: Clock): TargetTransport {
  return {
    listen: async (address, makeCore) => {
      const listener = await listen(address, makeCore, clock);
      if ("path" in listener.address) throw new Error(`listening on ${address.host} gave a path`);
      return { address: listener.address, close: () => listener.close() };
    },
    makeDatamover: () => {
      const mover = new TcpTargetDatamover();
      return { datamover: mover, stream: mover };
    },
  };
}
