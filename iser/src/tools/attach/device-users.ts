import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";

/** Where the kernel says what is going on; tests hand in folders of their own. */
export interface KernelFiles {
  readonly proc: string;
  readonly sys: string;
}

const system: KernelFiles = { proc: "/proc", sys: "/sys" };

/**
 * Who uses a block device (`/dev/loop0`) or a partition of it: mounts in any mount namespace, swap, devices on top of it (dm, md), and processes that have it open. Each is a
 * phrase for people; none means that it can go. As root; others see less.
 */
export function usersOf(device: string, kernel: KernelFiles = system): readonly string[] {
  const devices = withPartitions(device, kernel);
  const users = new Set<string>();
  const processes = entries(kernel.proc).filter((name) => /^\d+$/.test(name));
  const namespaces = new Set<string>();
  for (const pid of processes) {
    const namespace = linkTarget(join(kernel.proc, pid, "ns", "mnt")) ?? pid;
    if (namespaces.has(namespace)) continue;
    namespaces.add(namespace);
    for (const place of mountsOf(text(join(kernel.proc, pid, "mountinfo")), devices)) users.add(`mounted on ${place}`);
  }
  for (const { path } of devices) {
    if (
      text(join(kernel.proc, "swaps"))
        .split("\n")
        .some((line) => line.startsWith(`${path} `))
    )
      users.add("in use as swap");
  }
  for (const holder of entries(join(kernel.sys, "block", basename(device), "holders"))) users.add(`held by /dev/${holder}`);
  const paths = new Set(devices.map(({ path }) => path));
  for (const pid of processes) {
    const open = join(kernel.proc, pid, "fd");
    if (entries(open).some((fd) => paths.has(linkTarget(join(open, fd)) ?? ""))) {
      users.add(`open in ${text(join(kernel.proc, pid, "comm")).trim() || "a process"} (pid ${pid})`);
    }
  }
  return [...users];
}

interface KernelDevice {
  readonly path: string;
  /** `major:minor`, where the kernel tells. */
  readonly number: string;
}

function withPartitions(device: string, { sys }: KernelFiles): readonly KernelDevice[] {
  const name = basename(device);
  const folder = join(sys, "block", name);
  const partitions = entries(folder).filter((entry) => entry.startsWith(`${name}p`));
  return [
    { path: device, number: text(join(folder, "dev")).trim() },
    ...partitions.map((entry) => ({ path: `/dev/${entry}`, number: text(join(folder, entry, "dev")).trim() })),
  ];
}

/** Mount points of the devices: `36 35 98:0 /root /mnt rw,noatime master:1 - ext3 /dev/root rw` (proc(5), mountinfo). By number, and by name for file systems with numbers of their own. */
function mountsOf(mountinfo: string, devices: readonly KernelDevice[]): readonly string[] {
  const places: string[] = [];
  for (const line of mountinfo.split("\n")) {
    const [left = "", right = ""] = line.split(" - ");
    const [, , number, , place] = left.split(" ");
    const [, source = ""] = right.split(" ");
    if (place !== undefined && devices.some((device) => device.path === source || (device.number !== "" && device.number === number))) {
      places.push(withoutEscapes(place));
    }
  }
  return places;
}

/** The kernel writes spaces and such as octal numbers. */
function withoutEscapes(place: string): string {
  return place.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // processes come and go
  }
}

function text(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function linkTarget(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}
