import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Child } from "../../interop/harness/child-process.ts";
import { scratchFolder } from "../../interop/harness/scratch-folder.ts";
import { freePort } from "../../programs/free-port.ts";

/** What guest/build.sh makes, and tools/lab.mjs has it make before the tests start. */
const guestFolder = fileURLToPath(new URL("../../../../.cache/lab", import.meta.url));

/** Booting takes 10 s on two idle cores that do nothing but emulate; here they do something else as well. */
const bootMs = 120_000;

/**
 * A machine of its own with a Linux kernel of its own, emulated, without any privilege: the kernel that speaks iSER. The host is 10.0.2.2 to it; its ports are
 * the host's loopback's as far as `forward` says so. It ends with the test file that started it.
 */
export class Guest {
  readonly #machine: Child;
  readonly #control: Socket;
  readonly #ports: ReadonlyMap<number, number>;
  #answer: ((line: string) => void) | undefined = undefined;
  #rest = "";

  private constructor(machine: Child, control: Socket, ports: ReadonlyMap<number, number>) {
    this.#machine = machine;
    this.#control = control;
    this.#ports = ports;
    control.setEncoding("latin1");
    control.on("data", (text: string) => this.#hear(text));
    // An emulator that is gone is seen by who waits for it.
    control.on("error", () => {});
  }

  /** Boots; resolves when scripts can be run. `forward` are ports of the guest's that the host wants to reach. */
  static async boot(forward: readonly number[] = []): Promise<Guest> {
    const ports = new Map<number, number>();
    for (const port of forward) ports.set(port, await freePort());
    return Guest.#bootAt(ports);
  }

  /** Pulls the plug, and boots a machine that remembers nothing behind the same ports. */
  async reboot(): Promise<Guest> {
    await this.stop();
    return Guest.#bootAt(this.#ports);
  }

  static async #bootAt(ports: ReadonlyMap<number, number>): Promise<Guest> {
    const socketPath = join(scratchFolder(), "control.sock");
    const server = createServer();
    const connected = new Promise<Socket>((resolve) => server.once("connection", resolve));
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(socketPath, resolve));
    // However the tests end, and be it by SIGKILL, no machine is left behind.
    const machine = new Child("setpriv", ["--pdeathsig", "KILL", "qemu-system-x86_64", ...machineArguments(socketPath, ports)]);
    try {
      const guest = new Guest(machine, await orElse(connected, machine), ports);
      await guest.#line(bootMs, "boot");
      return guest;
    } catch (error) {
      machine.kill();
      throw error;
    } finally {
      server.close();
    }
  }

  /** The port of the host's loopback behind which one of the guest's is. */
  port(guestPort: number): number {
    const port = this.#ports.get(guestPort);
    if (port === undefined) throw new Error(`port ${guestPort} of the guest is not forwarded`);
    return port;
  }

  /** Runs a shell script as root in the guest, one at a time; its output, or an error with it. The files of guest/ are in `/`. */
  async run(script: string, timeoutMs = 60_000): Promise<string> {
    this.#control.write(`${Buffer.from(script).toString("base64")}\n`);
    const [code = "", said = ""] = (await this.#line(timeoutMs, script)).split(" ");
    const output = Buffer.from(said, "base64").toString();
    if (code !== "0") throw new Error(`the guest ended with ${code} what it was to do:\n${script}\nIt said:\n${output}`);
    return output;
  }

  /** What the kernel has said so far, for who wants to know why. */
  get console(): string {
    return this.#machine.output;
  }

  /** Nothing in it is worth a shutdown. */
  async stop(): Promise<void> {
    await this.#machine.stop();
    this.#control.destroy();
  }

  async #line(timeoutMs: number, what: string): Promise<string> {
    const patience = new AbortController();
    const line = new Promise<string>((resolve) => {
      this.#answer = resolve;
    });
    const tooLate = new Promise<never>((_resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the guest took more than ${timeoutMs / 1000} s to ${what}`)), timeoutMs);
      patience.signal.addEventListener("abort", () => clearTimeout(timer));
    });
    try {
      return await orElse(Promise.race([line, tooLate]), this.#machine);
    } catch (error) {
      throw new Error(`${(error as Error).message}\nIts console:\n${this.console}`, { cause: error });
    } finally {
      patience.abort();
    }
  }

  #hear(text: string): void {
    this.#rest += text;
    const end = this.#rest.indexOf("\n");
    if (end < 0) return;
    const line = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end + 1);
    this.#answer?.(line);
  }
}

/** What `promise` gives, unless the machine ends first. */
function orElse<T>(promise: Promise<T>, machine: Child): Promise<T> {
  const ended = machine.ended.then(({ code, stdout, stderr }): never => {
    throw new Error(`the guest's machine ended with ${code}:\n${stdout}${stderr}`);
  });
  return Promise.race([promise, ended]);
}

function machineArguments(controlPath: string, ports: ReadonlyMap<number, number>): readonly string[] {
  const forwards = [...ports].map(([inside, outside]) => `,hostfwd=tcp:127.0.0.1:${outside}-:${inside}`).join("");
  return [
    ...["-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "512"],
    ...["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"],
    ...["-kernel", join(guestFolder, "vmlinuz"), "-initrd", join(guestFolder, "initramfs.cpio.gz")],
    ...["-append", "console=ttyS0 quiet loglevel=5 panic=-1 mitigations=off nokaslr"],
    ...["-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console"],
    ...["-netdev", `user,id=net${forwards}`, "-device", "virtio-net-pci,netdev=net"],
    ...["-chardev", `socket,id=control,path=${controlPath}`, "-device", "virtio-serial-pci", "-device", "virtserialport,chardev=control"],
    ...["-device", "virtio-rng-pci"],
  ];
}
