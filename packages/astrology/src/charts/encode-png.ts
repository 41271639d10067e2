import { crc32, deflateSync } from 'node:zlib';

/** What is drawn: red, green, blue, alpha, row by row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Eight bits each of red, green and blue; no interlace. */
const HEADER_REST = [8, 2, 0, 0, 0];

/**
 * Writes pixels as PNG without transparency (ISO/IEC 15948). Rows are not filtered: in drawings of few colours that
 * packs as well, and the machine's own zlib is far faster than Skia's encoder in WebAssembly.
 */
export function encodePng({ width, height, rgba }: Pixels): Uint8Array {
  const rows = Buffer.alloc(height * (width * 3 + 1));
  let at = 0;
  for (let pixel = 0; pixel < width * height; pixel++) {
    if (pixel % width === 0) at++;
    rows[at++] = rgba[pixel * 4] ?? 0;
    rows[at++] = rgba[pixel * 4 + 1] ?? 0;
    rows[at++] = rgba[pixel * 4 + 2] ?? 0;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set(HEADER_REST, 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 6 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
