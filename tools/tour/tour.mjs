/**
 * The tour: a file system's image goes through NBD, iscsid and iSCSI into a target's memory and comes back, then a commit is reviewed, all on this machine. It
 * drives the built programs as a user would and needs nothing else; it leaves nothing behind.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { programs, root } from "../programs.mjs";
import { walkThroughReview } from "./lrc-half.mjs";
import { NbdClient } from "./nbd-client.mjs";
import { bold, command, dim, green, red, say, step, table, title } from "./page.mjs";
import { find, ProgramFailure, run, Service } from "./program.mjs";
import { tar } from "./tar.mjs";

const mebibyte = 2 ** 20;
const diskSize = 64 * mebibyte;
const imageSize = 32 * mebibyte;
const targetName = "iqn.2026-11.example.tour:disk";
/** Bytes in one NBD request, and how many requests are under way at once. */
const transfer = { bytes: 256 * 1024, depth: 8 };

/** @type {Service[]} in the order they were started */
const services = [];
const folder = mkdtempSync(join(tmpdir(), "tour-"));
process.once("exit", () => {
  for (const service of services) service.kill();
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

const began = performance.now();
let where = "starting";
try {
  await walk();
  walkThroughReview({ folder, begin });
  farewell();
} catch (error) {
  process.stdout.write(`\n${red("The tour stopped")} at: ${where}\n\n`);
  process.stdout.write(`${error instanceof ProgramFailure ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.stdout.write(`\nWhat to do: ${adviceFor(error)}\n`);
  process.exit(1);
}

async function walk() {
  title("From a file system to an iSCSI target and back");
  say("Everything runs on this machine, as you, and nothing stays behind.");

  begin("A target: the disk that is somewhere else");
  const targetCommand = ["target", "--listen", "127.0.0.1:0", "--iser", "127.0.0.1:0", "--target", targetName, "--lun", `mem:${diskSize}`];
  command(`iser ${targetCommand.join(" ")}`);
  const target = serve("iser", targetCommand);
  const [, url = "", portal = "", iserUrl = ""] = await target.says(/^ready (iscsi:\/\/([^/\s]+)\S+) (iser:\S+)\s/m);
  say(`It keeps ${size(diskSize)} in its memory and listens as ${url}, and for iSER as ${iserUrl}`);

  begin("A daemon: the disk's other end, on your side");
  const runFolder = join(folder, "run");
  const socket = join(folder, "iscsid.sock");
  command(`iscsid -d --socket ${shown(socket)} --run-dir ${shown(runFolder)}`);
  const daemon = serve("iscsid", ["-d", "--socket", socket, "--run-dir", runFolder]);
  await daemon.says(/ready/);
  say("It runs and keeps no session yet.");

  begin("A session: the two meet");
  const add = ["--socket", socket, "-A", "-p", portal, "-t", targetName, "-w", "10"];
  command(`iscsictl -A -p ${portal} -t ${targetName} -w 10`);
  run(path("iscsictl"), add);
  command("iscsictl -L -v");
  const { session, disk } = connectedDisk(run(path("iscsictl"), ["--socket", socket, "-L", "-v", "--libxo", "json"]));
  say(`The daemon logged in, asked which logical units there are, and offers the one it found as ${disk.device}:`);
  table([
    ["disk", `${disk.device}, ${size(disk.size)} in blocks of ${disk.blockSize} bytes`],
    ["address", shown(disk.uri)],
    [
      "agreed",
      `data in pieces of ${size(session.sendDataSegmentLen)} out and ${size(session.recvDataSegmentLen)} in; bursts of ${size(session.maxBurstLen)}; header digest ${session.headerDigest}, data digest ${session.dataDigest}`,
    ],
  ]);

  begin("Something worth keeping");
  const image = makeImage();
  const sum = sha256(image);

  begin("Out: the image is written to the disk");
  const nbd = await NbdClient.open(socketOf(disk.uri), disk.device);
  const out = await timed(async () => {
    await inPieces(image.length, (from, to) => nbd.write(from, image.subarray(from, to)));
    await nbd.flush();
  });
  say(`${size(image.length)} in ${seconds(out)}, ${bold(rate(image.length, out))}. On its way each ${size(transfer.bytes)}`);
  table([
    [
      "NBD",
      `came to iscsid as one WRITE request on a unix socket, ${transfer.depth} of them at a time, and was put in the one buffer it stayed in from there on`,
    ],
    ["block", `was aligned to ${disk.blockSize}-byte blocks, as every device behind the daemon asks for`],
    ["SCSI", `became a WRITE command for ${transfer.bytes / disk.blockSize} blocks`],
    ["iSCSI", `took a number in the session's command window and a task tag; ${firstData(session)}`],
    ["TCP", "left as one header and the buffer itself, together with whatever else was ready in that moment"],
    ["target", "was put in its place in the target's memory, and a SCSI Response said GOOD"],
  ]);

  begin("Back: the disk is read");
  const copy = Buffer.alloc(image.length, 0xee);
  const back = await timed(() => inPieces(copy.length, (from, to) => nbd.read(from, copy.subarray(from, to))));
  await nbd.close();
  say(`${size(copy.length)} in ${seconds(back)}, ${bold(rate(copy.length, back))}. On its way each ${size(transfer.bytes)}`);
  table([
    ["target", `left in Data-In PDUs of at most ${size(session.recvDataSegmentLen)}, the last of which carried the status too`],
    ["iSCSI", "found its task by the tag in the header, and its buffer by the task"],
    ["NBD", "went out from that same buffer behind the header of the reply"],
  ]);

  begin("Are they the same bytes?");
  table([
    ["written", `SHA-256 ${sum}`],
    ["read", `SHA-256 ${sha256(copy)}`],
  ]);
  if (sha256(copy) !== sum) throw new Error("What came back is not what was written.");
  say(checkFileSystem(copy) ?? "They are.");

  begin("The same disk over iSER");
  const other = join(folder, "iser.img");
  const read = ["dd", "--count", String(imageSize / transfer.bytes), "--if", iserUrl];
  command(`iser ${read.join(" ")} --of ${shown(other)}`);
  run(path("iser"), [...read, "--of", other]);
  const otherSum = sha256(readFileSync(other));
  table([
    ["read", `SHA-256 ${otherSum}`],
    ["iSCSI", `${copiedPerByte(url)} bytes copied by our end for every byte read, in pieces of ${size(transfer.bytes)}`],
    ["iSER", `${copiedPerByte(`${iserUrl}?crc=off`)} bytes: the target writes into the buffer itself (RDMA Write)`],
  ]);
  if (otherSum !== sum) throw new Error("What came back over iSER is not what was written.");

  begin("And away with it");
  command("iscsictl -R -a");
  run(path("iscsictl"), ["--socket", socket, "-R", "-a"]);
  for (const [service, name] of /** @type {const} */ ([
    [daemon, "iscsid"],
    [target, "iser target"],
  ])) {
    if (!(await service.stop())) throw new ProgramFailure(`${name} did not end well when it was asked to.`);
  }
  say("The session is logged out, daemon and target have ended.");
}

function farewell() {
  title(`${green("Done")} in ${seconds(performance.now() - began)}.`);
  say(
    `The programs are in node_modules/.bin: ${programs.map(({ name }) => name).join(", ")}. Each explains itself with --help; README.md says what they are good for.`,
  );
}

/** @param {string} name of a step */
function begin(name) {
  where = name;
  step(name);
}

/** @param {string} name of one of our programs */
function path(name) {
  return join(root, "node_modules", ".bin", name);
}

/**
 * @param {string} name
 * @param {string[]} args
 */
function serve(name, args) {
  const service = new Service(path(name), args);
  services.push(service);
  return service;
}

/**
 * @typedef {{ device: string, uri: string, size: number, blockSize: number }} Disk
 * @typedef {{ headerDigest: string, dataDigest: string, recvDataSegmentLen: number, sendDataSegmentLen: number, maxBurstLen: number, firstBurstLen: number, immediateData: string, state: string, failureReason: string, devices: { lun: Disk[] } }} Session
 */

/**
 * @param {string} listing of iscsictl, as JSON
 * @returns {{ session: Session, disk: Disk }}
 */
function connectedDisk(listing) {
  /** @type {Session | undefined} */
  const session = JSON.parse(listing).iscsictl.session[0];
  const disk = session?.devices.lun[0];
  if (session === undefined || disk === undefined) throw new ProgramFailure(`iscsictl lists no disk:\n${listing}`);
  return { session, disk };
}

/**
 * How much our end copies by itself in large reads; what the kernel puts in its place is not counted.
 * @param {string} url
 */
function copiedPerByte(url) {
  const perf = ["perf", "--rw", "read", "--bs", String(transfer.bytes), "--iodepth", "2", "--runtime", "50ms", "--json", url];
  return JSON.parse(run(path("iser"), perf)).jobs[0].copied_bytes_per_byte.toFixed(3);
}

/** @param {Session} session */
function firstData({ immediateData, firstBurstLen, sendDataSegmentLen }) {
  if (immediateData !== "Yes") return "its data followed when the target asked for it with R2T";
  const along = Math.min(firstBurstLen, sendDataSegmentLen, transfer.bytes);
  const rest = transfer.bytes - along;
  return `${size(along)} of its data went along with the command${rest === 0 ? "" : `, the other ${size(rest)} when the target asked for them with R2T`}`;
}

/** @param {string} uri nbd+unix:///name?socket=path */
function socketOf(uri) {
  return new URL(uri).searchParams.get("socket") ?? "";
}

/** @returns {Buffer} an ext4 file system with our own sources in it, or an archive of them where there is no mkfs */
function makeImage() {
  const mkfs = find("mkfs.ext4");
  if (mkfs === undefined) {
    const { archive, files } = tar(root, ["kit/src", "iser/src", "docs"]);
    const image = Buffer.alloc(imageSize);
    for (let at = 0; at < image.length; at += archive.length) archive.copy(image, at);
    say(
      `An archive of the ${files} source files of this repository, as often as it fits into ${size(image.length)}. (With mkfs.ext4 it would have been a file system.)`,
    );
    return image;
  }
  const file = join(folder, "file-system.img");
  run(mkfs, ["-q", "-F", "-L", "tour", "-d", join(root, "iser", "src"), file, `${imageSize / mebibyte}M`]);
  say(`An ext4 file system of ${size(statSync(file).size)} with the sources of iser in it, made by ${mkfs}.`);
  return readFileSync(file);
}

/**
 * Has the file system that came back checked, when there is one and something that can.
 * @param {Buffer} image
 */
function checkFileSystem(image) {
  const e2fsck = find("mkfs.ext4") && find("e2fsck");
  if (e2fsck === undefined) return undefined;
  const file = join(folder, "back.img");
  writeFileSync(file, image);
  run(e2fsck, ["-fn", file]);
  return "They are, and e2fsck finds nothing wrong with the file system that came back.";
}

/**
 * Calls `move` for every piece of a range, several at a time.
 * @param {number} length
 * @param {(from: number, to: number) => Promise<void>} move
 */
async function inPieces(length, move) {
  let next = 0;
  const lane = async () => {
    while (next < length) {
      const from = next;
      next = Math.min(from + transfer.bytes, length);
      await move(from, next);
    }
  };
  await Promise.all(Array.from({ length: transfer.depth }, lane));
}

/** @param {() => Promise<void>} action @returns {Promise<number>} milliseconds */
async function timed(action) {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

/** @param {Uint8Array} bytes */
function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

/** @param {string} text with the tour's folder in it */
function shown(text) {
  return text.replaceAll(folder, dim(`$TMPDIR/${relative(tmpdir(), folder)}`));
}

/** @param {number} bytes */
function size(bytes) {
  if (bytes % mebibyte === 0) return `${bytes / mebibyte} MiB`;
  if (bytes % 1024 === 0) return `${bytes / 1024} KiB`;
  return `${bytes} bytes`;
}

/** @param {number} ms */
function seconds(ms) {
  return `${(ms / 1000).toFixed(2)} s`;
}

/**
 * @param {number} bytes
 * @param {number} ms
 */
function rate(bytes, ms) {
  return `${Math.round(bytes / mebibyte / (ms / 1000))} MiB/s`;
}

/** @param {unknown} error */
function adviceFor(error) {
  const text = String(error);
  if (/ENAMETOOLONG|too long/.test(text))
    return "the folder for temporary files has too long a name for a socket; try TMPDIR=/tmp npm start";
  if (/ENOSPC/.test(text)) return `make room in ${tmpdir()}; the tour needs ${size(4 * imageSize)}`;
  if (/EADDR|EACCES|EPERM/.test(text)) return `the tour needs to listen on 127.0.0.1 and to write to ${tmpdir()}; something forbids it`;
  return "run npm test, which tries the parts one by one; if it passes, this is a fault of the tour, worth a report with the text above.";
}
