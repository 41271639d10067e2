import { crc32 } from 'node:zlib';
import { BrokenStream } from '../dialect.ts';

/** Length, headers' length and checksum of both, in front of every frame. */
const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;
/** What AWS allows: 16 MiB of payload and 128 KiB of headers. */
const HEADERS_BYTES_MAX = 128 * 1024;
export const FRAME_BYTES_MAX =
  16 * 1024 * 1024 + HEADERS_BYTES_MAX + PRELUDE_BYTES + CHECKSUM_BYTES;

/** One message of a stream in the format `application/vnd.amazon.eventstream`. */
export interface EventFrame {
  /** The headers of type string by name, e.g. `:event-type`; those of other types are passed over. */
  readonly headers: ReadonlyMap<string, string>;
  readonly payload: Buffer;
}

/** Cuts a stream into frames; bytes may come cut anywhere. */
export interface FrameReader {
  /** The frames that are complete now. Throws `BrokenStream` for a wrong checksum or length. */
  push(chunk: Buffer): readonly EventFrame[];
}

/** A reader for one stream. What is kept between chunks is at most one frame. */
export function createFrameReader(): FrameReader {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let wantedBytes = PRELUDE_BYTES;

  function keep(rest: Buffer): void {
    // A copy, since a slice would hold the whole network chunk.
    held = rest.length === 0 ? [] : [Buffer.from(rest)];
    heldBytes = rest.length;
    wantedBytes = rest.length < PRELUDE_BYTES ? PRELUDE_BYTES : frameLength(rest, 0);
  }

  return {
    push(chunk) {
      if (heldBytes + chunk.length < wantedBytes) {
        held.push(chunk);
        heldBytes += chunk.length;
        return [];
      }
      const bytes = heldBytes === 0 ? chunk : Buffer.concat([...held, chunk]);
      const frames: EventFrame[] = [];
      let at = 0;
      while (bytes.length - at >= PRELUDE_BYTES) {
        const length = frameLength(bytes, at);
        if (bytes.length - at < length) break;
        frames.push(readFrame(bytes.subarray(at, at + length)));
        at += length;
      }
      keep(bytes.subarray(at));
      return frames;
    },
  };
}

/** The length of the frame whose prelude begins at `at`, once the prelude has been checked. */
function frameLength(bytes: Buffer, at: number): number {
  const length = bytes.readUInt32BE(at);
  const headersLength = bytes.readUInt32BE(at + 4);
  if (crc32(bytes.subarray(at, at + 8)) !== bytes.readUInt32BE(at + 8)) {
    throw new BrokenStream('the checksum of a frame’s prelude is wrong');
  }
  if (length > FRAME_BYTES_MAX || headersLength > HEADERS_BYTES_MAX) {
    throw new BrokenStream(`a frame of ${length} bytes is too long`);
  }
  if (length < PRELUDE_BYTES + headersLength + CHECKSUM_BYTES) {
    throw new BrokenStream('a frame is shorter than its headers');
  }
  return length;
}

function readFrame(frame: Buffer): EventFrame {
  const end = frame.length - CHECKSUM_BYTES;
  if (crc32(frame.subarray(0, end)) !== frame.readUInt32BE(end)) {
    throw new BrokenStream('the checksum of a frame is wrong');
  }
  const payloadAt = PRELUDE_BYTES + frame.readUInt32BE(4);
  return {
    headers: readHeaders(frame.subarray(PRELUDE_BYTES, payloadAt)),
    payload: frame.subarray(payloadAt, end),
  };
}

const STRING_TYPE = 7;
const BYTES_TYPE = 6;
/** Bytes of a header's value by its type: true, false, byte, short, int, long; then time and UUID. */
const VALUE_BYTES: readonly (number | undefined)[] = [
  0,
  0,
  1,
  2,
  4,
  8,
  undefined,
  undefined,
  8,
  16,
];

function readHeaders(bytes: Buffer): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  try {
    for (let at = 0; at < bytes.length; ) {
      const nameEnd = at + 1 + bytes.readUInt8(at);
      const type = bytes.readUInt8(nameEnd);
      const isSized = type === STRING_TYPE || type === BYTES_TYPE;
      const valueAt = nameEnd + (isSized ? 3 : 1);
      const size = isSized ? bytes.readUInt16BE(nameEnd + 1) : VALUE_BYTES[type];
      if (size === undefined || valueAt + size > bytes.length) throw new RangeError();
      if (type === STRING_TYPE) {
        headers.set(
          bytes.toString('utf8', at + 1, nameEnd),
          bytes.toString('utf8', valueAt, valueAt + size),
        );
      }
      at = valueAt + size;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new BrokenStream('the headers of a frame cannot be read');
  }
  return headers;
}
