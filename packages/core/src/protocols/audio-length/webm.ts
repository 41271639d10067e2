import { type ByteFile, plausible } from './bytes.ts';

const SEGMENT = 0x18538067;
const INFO = 0x1549a966;
const TIMECODE_SCALE = 0x2ad7b1;
const DURATION = 0x4489;
const CLUSTER = Buffer.from([0x1f, 0x43, 0xb6, 0x75]);
const TIMECODE = 0xe7;
const SIMPLE_BLOCK = 0xa3;
const BLOCK_GROUP = 0xa0;
const BLOCK = 0xa1;

const HEAD_BYTES = 64 * 1_024;
const TAIL_BYTES = 1_024 * 1_024;
const ELEMENTS_MAX = 100_000;
/** Nanoseconds of a tick where the file does not say. */
const USUAL_SCALE = 1_000_000;
const NANOSECONDS = 1_000_000_000;

interface Element {
  readonly id: number;
  readonly start: number;
  /** The end of the bytes where the file does not know the size. */
  readonly end: number;
}

/** WebM: the length that it tells; else, as for what a browser records, the time of its last block. */
export async function webmSeconds(file: ByteFile): Promise<number | undefined> {
  const head = await file.read(0, HEAD_BYTES);
  const info = find(head, [SEGMENT, INFO]);
  const scale = (info && unsigned(head, find(head, [TIMECODE_SCALE], info))) ?? USUAL_SCALE;
  const told = info && float(head, find(head, [DURATION], info));
  if (told !== undefined && told > 0) return plausible((told * scale) / NANOSECONDS);
  const tail = await file.read(Math.max(0, file.length - TAIL_BYTES), TAIL_BYTES);
  const ticks = lastTick(tail);
  return ticks === undefined ? undefined : plausible((ticks * scale) / NANOSECONDS);
}

/** The element at the end of a path of ids. */
function find(
  bytes: Buffer,
  path: readonly number[],
  within: Pick<Element, 'start' | 'end'> = { start: 0, end: bytes.length },
): Element | undefined {
  const [id, ...rest] = path;
  if (id === undefined) return undefined;
  for (const element of elements(bytes, within)) {
    if (element.id !== id) continue;
    return rest.length === 0 ? element : find(bytes, rest, element);
  }
  return undefined;
}

function* elements(
  bytes: Buffer,
  { start, end }: Pick<Element, 'start' | 'end'>,
): Generator<Element> {
  let at = start;
  for (let n = 0; n < ELEMENTS_MAX && at < end; n++) {
    const element = readElement(bytes, at, end);
    if (!element) return;
    yield element;
    at = element.end;
  }
}

function readElement(bytes: Buffer, at: number, end: number): Element | undefined {
  const idBytes = widthOf(bytes[at]);
  if (idBytes === undefined || idBytes > 4 || at + idBytes >= end) return undefined;
  const id = bytes.readUIntBE(at, idBytes);
  const sizeBytes = widthOf(bytes[at + idBytes]);
  const start = at + idBytes + (sizeBytes ?? 0);
  if (sizeBytes === undefined || start > end) return undefined;
  const raw = bytes.subarray(at + idBytes, start);
  const mark = 0x80 >> (sizeBytes - 1);
  let size = (raw[0] ?? 0) & (mark - 1);
  let isUnknown = size === mark - 1;
  for (const byte of raw.subarray(1)) {
    size = size * 256 + byte;
    isUnknown &&= byte === 0xff;
  }
  return { id, start, end: isUnknown ? end : Math.min(end, start + size) };
}

/** Bytes of a number that begins with this one: the place of its first bit tells. */
function widthOf(first: number | undefined): number | undefined {
  if (first === undefined || first === 0) return undefined;
  return Math.clz32(first) - 23;
}

function unsigned(bytes: Buffer, element: Element | undefined): number | undefined {
  if (!element || element.end - element.start > 6 || element.end === element.start)
    return undefined;
  return bytes.readUIntBE(element.start, element.end - element.start);
}

function float(bytes: Buffer, element: Element | undefined): number | undefined {
  const size = element ? element.end - element.start : 0;
  if (!element || element.end > bytes.length) return undefined;
  if (size === 4) return bytes.readFloatBE(element.start);
  return size === 8 ? bytes.readDoubleBE(element.start) : undefined;
}

/** The time of the last block of the last cluster. */
function lastTick(tail: Buffer): number | undefined {
  for (let at = tail.lastIndexOf(CLUSTER); at >= 0; ) {
    const cluster = readElement(tail, at, tail.length);
    const start = cluster && unsigned(tail, find(tail, [TIMECODE], cluster));
    if (cluster && start !== undefined) return start + lastOffset(tail, cluster);
    at = at === 0 ? -1 : tail.lastIndexOf(CLUSTER, at - 1);
  }
  return undefined;
}

function lastOffset(bytes: Buffer, cluster: Element): number {
  let last = 0;
  for (const element of elements(bytes, cluster)) {
    const block =
      element.id === BLOCK_GROUP
        ? find(bytes, [BLOCK], element)
        : element.id === SIMPLE_BLOCK && element;
    // A track number of one byte, and the time since the cluster's.
    if (!block || block.start + 3 > bytes.length) continue;
    last = Math.max(last, bytes.readInt16BE(block.start + 1));
  }
  return last;
}
