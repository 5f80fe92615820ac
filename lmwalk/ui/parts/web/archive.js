// @ts-check
// Files for the user's disk: their names, a .zip of several, and the download itself.
import { make } from "./dom.js";

const MOST_IN_NAME = 80;

/** The name of a file, as lmwalk/export/names.py makes it. @param {string[]} parts @param {string} ending */
export function fileName(parts, ending) {
  const kept = parts.map((part) => {
    const joined = part.normalize("NFC").replaceAll(" \u00b7 ", ", ").replaceAll(" = ", " ");
    const plain = joined.replace(/[^\p{L}\p{N}_ ().,+-]+/gu, "_").split(/\s+/).join(" ");
    return plain.slice(0, MOST_IN_NAME).replace(/^[ .-]+|[ .-]+$/g, "");
  });
  return `${kept.filter(Boolean).join(" - ") || "_"}.${ending}`;
}

/** @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const link = Object.assign(make("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const TABLE = Uint32Array.from({ length: 256 }, (_, number) => {
  let code = number;
  for (let bit = 0; bit < 8; bit++) code = code & 1 ? 0xedb88320 ^ (code >>> 1) : code >>> 1;
  return code;
});

/** The checksum that a .zip keeps. @param {Uint8Array} bytes */
export function crc32(bytes) {
  let code = 0xffffffff;
  for (const byte of bytes) code = TABLE[(code ^ byte) & 0xff] ^ (code >>> 8);
  return (code ^ 0xffffffff) >>> 0;
}

/** Whole numbers of so many bytes, the lowest first. @param {[number, number][]} fields value and bytes */
function record(fields) {
  const bytes = new Uint8Array(fields.reduce((sum, [, size]) => sum + size, 0));
  let at = 0;
  for (const [value, size] of fields) for (let byte = 0; byte < size; byte++) bytes[at++] = Math.floor(value / 256 ** byte) & 0xff;
  return bytes;
}

/** Bytes, deflated without a header. @param {Uint8Array} bytes */
async function deflated(bytes) {
  const plain = new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (bytes)]).stream();
  return new Uint8Array(await new Response(plain.pipeThrough(new CompressionStream("deflate-raw"))).arrayBuffer());
}

/** Texts in one .zip, by their names. @param {Record<string, string>} files @param {Date} [now] */
export async function zip(files, now = new Date()) {
  const date = ((now.getFullYear() - 1980) << 9) | ((now.getMonth() + 1) << 5) | now.getDate();
  const time = (now.getHours() << 11) | (now.getMinutes() << 5) | (now.getSeconds() >> 1);
  /** @type {Uint8Array[][]} */
  const [bodies, index] = [[], []];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const [path, plain] = [name, text].map((each) => new TextEncoder().encode(each));
    const packed = await deflated(plain);
    /** @type {[number, number][]} */
    const common = [[20, 2], [0x800, 2], [8, 2], [time, 2], [date, 2], [crc32(plain), 4], [packed.length, 4], [plain.length, 4], [path.length, 2], [0, 2]];
    bodies.push(record([[0x04034b50, 4], ...common]), path, packed);
    index.push(record([[0x02014b50, 4], [20, 2], ...common, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]]), path);
    offset += 30 + path.length + packed.length;
  }
  const size = index.reduce((sum, part) => sum + part.length, 0);
  const count = Object.keys(files).length;
  const end = record([[0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [size, 4], [offset, 4], [0, 2]]);
  return new Blob(/** @type {Uint8Array<ArrayBuffer>[]} */ ([...bodies, ...index, end]), { type: "application/zip" });
}
