import { resolve } from "node:path";
import { buildCommand } from "@stricli/core";
import { UsageError } from "kit/cli";
import type { Duration } from "kit/clock";
import { NbdServer, nbdUri } from "#nbd";
import { listen, ownThreadTuning, type SocketAddress, type SocketListener, type TcpAddress } from "#socket";
import type { ToolContext } from "./context.ts";
import { type DeviceSpec, deviceSpecSyntax, type OpenDevice, openDeviceSpec, parseDeviceSpec } from "./device-spec.ts";
import { watchFiles } from "./file-watch.ts";
import { parseListenAddress } from "./listen-address.ts";
import { traced, traceFlag } from "./trace/traced.ts";

interface NbdFlags {
  readonly socket?: string | undefined;
  readonly listen?: TcpAddress | undefined;
  readonly readOnly: boolean;
  readonly json: boolean;
  readonly trace?: string;
}

const nbdPort = 10809;

/** How long clients have to finish when the program is stopped. */
const grace: Duration = 5_000;

/** `iser nbd`: serves block devices to NBD clients until it is stopped. */
export const nbdCommand = buildCommand<NbdFlags, DeviceSpec[], ToolContext>({
  docs: {
    brief: "Serve a block device over NBD",
    fullDescription: [
      "Serves a block device to NBD clients (qemu, nbdcopy, nbd-client, fio) until it is stopped. The first device is the export da0 and the",
      "default export, further ones are da1, da2 and so on. When clients can connect, one line with the URI of each export is printed.",
      "",
      "A unix socket can be used by its owner alone; a TCP port by everybody who reaches it, since there is neither TLS nor a password.",
      "",
      "Examples:",
      "  iser nbd mem:1G --socket /tmp/nbd.sock",
      "  iser nbd disk.img --read-only --listen 127.0.0.1:10809",
      "  iser nbd iscsi://10.0.0.7/iqn.2026-11.example:disk/0 --socket /run/disk.sock",
    ].join("\n"),
  },
  parameters: {
    flags: {
      socket: {
        kind: "parsed",
        parse: parseSocketPath,
        optional: true,
        brief: "Path of the unix socket to listen on",
        placeholder: "PATH",
      },
      listen: {
        kind: "parsed",
        parse: (text) => parseListenAddress(text, nbdPort),
        optional: true,
        brief: `TCP address to listen on; port ${nbdPort} unless given, 0 picks a free one`,
        placeholder: "HOST:PORT",
      },
      readOnly: { kind: "boolean", default: false, brief: "Refuse writes" },
      json: { kind: "boolean", default: false, brief: "Print the ready line as JSON" },
      trace: traceFlag,
    },
    positional: {
      kind: "array",
      minimum: 1,
      parameter: { brief: `What to serve: ${deviceSpecSyntax}`, parse: parseDeviceSpec, placeholder: "DEVICE" },
    },
  },
  async func(flags, ...specs) {
    const addresses: SocketAddress[] = [];
    if (flags.socket !== undefined) addresses.push({ path: flags.socket });
    if (flags.listen !== undefined) addresses.push(flags.listen);
    if (addresses.length === 0) throw new UsageError("no place to listen on", { nextStep: "add --socket PATH or --listen HOST:PORT" });
    await traced(flags.trace, this, (context) =>
      withDevices(specs, flags.readOnly, context, (devices) => serve(devices, addresses, flags, context)),
    );
  },
});

/** Opens all devices, and closes those that are open whatever happens. */
async function withDevices(
  specs: readonly DeviceSpec[],
  readOnly: boolean,
  context: ToolContext,
  use: (devices: readonly OpenDevice[]) => Promise<void>,
): Promise<void> {
  const devices: OpenDevice[] = [];
  try {
    for (const spec of specs) devices.push(await openDeviceSpec(spec, { ...context, readOnly }));
    await use(devices);
  } finally {
    for (const device of devices) await device.close();
  }
}

/** Serves until the program is stopped. */
async function serve(
  devices: readonly OpenDevice[],
  addresses: readonly SocketAddress[],
  flags: NbdFlags,
  context: ToolContext,
): Promise<void> {
  const exports = devices.map(({ device, description }, index) => ({ name: `da${index}`, description, device, readOnly: flags.readOnly }));
  const server = new NbdServer({
    exports: { list: () => exports },
    onFault: (_, message) => context.stderr.write(`iser nbd: ${message}; its connection was dropped\n`),
  });
  const listeners: SocketListener[] = [];
  const unwatch = watchFiles(devices, context.clock, (index, trouble) => context.stderr.write(`iser nbd: da${index}: ${trouble}\n`));
  try {
    for (const address of addresses)
      listeners.push(await listen(address, () => server.accept(), context.clock, { tuning: ownThreadTuning }));
    const ready = exports.map(({ name, device, readOnly }) => ({
      name,
      size: device.geometry.size,
      blockSize: device.geometry.blockSize,
      readOnly: readOnly || device.features.readOnly,
      uris: listeners.map(({ address }) => nbdUri(anywhere(address), name)),
    }));
    const uris = ready.flatMap((one) => one.uris).join(" ");
    context.stdout.write(flags.json ? `${JSON.stringify({ ready: true, exports: ready })}\n` : `ready: ${uris}\n`);
    await stop(context.stopped);
    await server.close(context.clock.now(), grace);
  } finally {
    unwatch();
    for (const listener of listeners) await listener.close();
  }
}

function parseSocketPath(text: string): string {
  if (text === "") throw new UsageError("a socket needs a path");
  return text;
}

/** The address as it is found from any folder. */
function anywhere(address: SocketAddress): SocketAddress {
  return "path" in address ? { path: resolve(address.path) } : address;
}

function stop(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
