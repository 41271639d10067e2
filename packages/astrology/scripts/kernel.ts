import { closeSync, openSync, readSync } from 'node:fs';

/** A file of JPL Chebyshev records (SPK, DAF container, data type 2), read from the disk. */
export interface Kernel {
  /** Place of `target` from `center` (NAIF numbers) at a Julian date TDB: kilometres, ICRF axes. */
  position(target: number, center: number, jdTdb: number): [number, number, number];
  close(): void;
}

interface Segment {
  readonly file: number;
  readonly beginSeconds: number;
  readonly intervalSeconds: number;
  readonly recordFloats: number;
  readonly records: number;
  readonly startByte: number;
}

const DAF_RECORD_BYTES = 1024;

/** Opens a kernel such as `de440.bsp`. */
export function openKernel(path: string): Kernel {
  const file = openSync(path, 'r');
  const segments = readSegments(file);
  return {
    position(target, center, jdTdb) {
      const segment = segments.get(`${center}>${target}`);
      if (!segment) throw new Error(`no segment from ${center} to ${target}`);
      return evaluate(segment, (jdTdb - 2_451_545) * 86_400);
    },
    close: () => closeSync(file),
  };
}

function read(file: number, startByte: number, bytes: number): DataView {
  const buffer = new Uint8Array(bytes);
  readSync(file, buffer, 0, bytes, startByte);
  return new DataView(buffer.buffer);
}

function readSegments(file: number): Map<string, Segment> {
  const segments = new Map<string, Segment>();
  let record = read(file, 0, DAF_RECORD_BYTES).getInt32(76, true);
  while (record > 0) {
    const view = read(file, (record - 1) * DAF_RECORD_BYTES, DAF_RECORD_BYTES);
    const count = view.getFloat64(16, true);
    for (let i = 0; i < count; i += 1) {
      const at = 24 + i * 40;
      const [target, center] = [view.getInt32(at + 16, true), view.getInt32(at + 20, true)];
      const type = view.getInt32(at + 28, true);
      if (type !== 2) throw new Error(`segment of type ${type}`);
      const last = view.getInt32(at + 36, true);
      const start = view.getInt32(at + 32, true);
      const trailer = read(file, (last - 4) * 8, 32);
      segments.set(`${center}>${target}`, {
        file,
        beginSeconds: trailer.getFloat64(0, true),
        intervalSeconds: trailer.getFloat64(8, true),
        recordFloats: trailer.getFloat64(16, true),
        records: trailer.getFloat64(24, true),
        startByte: (start - 1) * 8,
      });
    }
    record = view.getFloat64(0, true);
  }
  return segments;
}

function evaluate(segment: Segment, seconds: number): [number, number, number] {
  const { file, recordFloats, startByte } = segment;
  const index = Math.floor((seconds - segment.beginSeconds) / segment.intervalSeconds);
  if (index < 0 || index >= segment.records) throw new RangeError('outside the kernel');
  const view = read(file, startByte + index * recordFloats * 8, recordFloats * 8);
  const float = (i: number): number => view.getFloat64(i * 8, true);
  const x = (seconds - float(0)) / float(1);
  const count = (recordFloats - 2) / 3;
  const axis = (a: number): number => {
    let [sum, previous, current] = [0, 1, x];
    for (let i = 0; i < count; i += 1) {
      sum += float(2 + a * count + i) * previous;
      [previous, current] = [current, 2 * x * current - previous];
    }
    return sum;
  };
  return [axis(0), axis(1), axis(2)];
}
