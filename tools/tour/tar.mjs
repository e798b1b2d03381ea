/** An archive of folders in the ustar format (POSIX.1-2017, pax), for where no mkfs is to be found: something real to write to a disk. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const blockSize = 512;

/**
 * @param {string} root
 * @param {string[]} folders relative to the root
 * @returns {{ archive: Buffer, files: number }}
 */
export function tar(root, folders) {
  const names = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .map((name) => `${folder}/${name}`)
      .filter((name) => name.length <= 100 && statSync(join(root, name)).isFile())
      .sort(),
  );
  const pieces = names.flatMap((name) => {
    const content = readFileSync(join(root, name));
    return [header(name, content.length), content, Buffer.alloc(-content.length & (blockSize - 1))];
  });
  return { archive: Buffer.concat([...pieces, Buffer.alloc(2 * blockSize)]), files: names.length };
}

/**
 * @param {string} name of at most 100 bytes
 * @param {number} size
 */
function header(name, size) {
  const block = Buffer.alloc(blockSize);
  block.write(name, 0);
  block.write("0000644\0", 100);
  block.write("0000000\0", 108);
  block.write("0000000\0", 116);
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  block.write("00000000000\0", 136);
  block.write("        0", 148);
  block.write("ustar\u000000", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}
