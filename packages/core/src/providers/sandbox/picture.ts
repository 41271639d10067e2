import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

/** What a picture looks like, and how large it is. */
export interface PictureSpec {
  /** The same motif gives the same picture. */
  readonly motif: string;
  readonly width: number;
  readonly height: number;
  /** Cells in a row and in a column of the pattern; fewer for a preview. */
  readonly cells: number;
}

/** A pattern never has more cells in a row: every half row takes 8 bits. */
export const CELLS_MAX = 16;

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** One bit a pixel, chosen from a palette. */
const BIT_DEPTH = 1;
const PALETTE_COLOURS = 3;
const BITS = 8;

/** A PNG with a symmetric pattern in two colours, both of them out of a motif. */
export function drawPicture({ motif, width, height, cells }: PictureSpec): Buffer {
  const digest = createHash('sha256').update(motif).digest();
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(BIT_DEPTH, 8);
  header.writeUInt8(PALETTE_COLOURS, 9);
  const rows = Array.from({ length: cells }, (_, row) => drawRow(digest, { row, cells, width }));
  const pixels = Array.from({ length: height }, (_, y) => {
    return rows[Math.floor((y * cells) / height)] ?? Buffer.alloc(0);
  });
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', colours(digest)),
    chunk('IDAT', deflateSync(Buffer.concat(pixels))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A line of pixels, behind the byte for its filter. */
function drawRow(
  digest: Buffer,
  { row, cells, width }: { readonly row: number; readonly cells: number; readonly width: number },
): Buffer {
  const line = Buffer.alloc(1 + Math.ceil(width / BITS));
  for (let x = 0; x < width; x++) {
    const cell = Math.floor((x * cells) / width);
    const mirrored = Math.min(cell, cells - 1 - cell);
    const isSet = ((digest[row] ?? 0) >> (mirrored % BITS)) & 1;
    const at = 1 + Math.floor(x / BITS);
    if (isSet) line[at] = (line[at] ?? 0) | (0x80 >> (x % BITS));
  }
  return line;
}

/** A light ground and a darker figure. */
function colours(digest: Buffer): Buffer {
  const tone = digest.subarray(-6);
  return Buffer.from(tone.map((value, at) => (at < 3 ? 0xc0 | (value >> 2) : value >> 1)));
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
