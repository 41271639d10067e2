import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createUnzip, createZstdDecompress } from 'node:zlib';

/** What `content-encoding` may say of a body that we can read. */
const DECODERS: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', () => createGunzip()],
  ['x-gzip', () => createGunzip()],
  ['deflate', () => createUnzip()],
  ['br', () => createBrotliDecompress()],
  ['zstd', () => createZstdDecompress()],
]);

/** Where a body goes when it is plain again. */
export interface PlainBody {
  onData(chunk: Buffer): void;
  onEnd(): void;
  onError(error: Error): void;
  /** No more compressed bytes are taken until `onDrain`. */
  onFull(): void;
  onDrain(): void;
}

/** A compressed body on its way to being plain. */
export interface CompressedBody {
  push(chunk: Buffer): void;
  /** There is no more; `onEnd` follows when everything has come out. */
  end(): void;
  pause(): void;
  resume(): void;
  /** Nothing comes out any more. */
  destroy(): void;
}

/** Whether a `content-encoding` means that the bytes are not as they were. */
export function isCompressed(encoding: string | undefined): encoding is string {
  return encoding !== undefined && !/^\s*(?:identity)?\s*$/i.test(encoding);
}

/** Undoes a `content-encoding`; undefined for one that is not known. */
export function openCompressedBody(encoding: string, plain: PlainBody): CompressedBody | undefined {
  const stream = DECODERS.get(encoding.trim().toLowerCase())?.();
  if (stream === undefined) return undefined;
  stream.on('data', (chunk: Buffer) => {
    try {
      plain.onData(chunk);
    } catch (error) {
      stream.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  });
  stream.on('end', () => plain.onEnd());
  stream.on('error', (error) => plain.onError(error));
  stream.on('drain', () => plain.onDrain());
  return {
    push(chunk) {
      if (!stream.destroyed && !stream.write(chunk)) plain.onFull();
    },
    end: () => void stream.end(),
    pause: () => void stream.pause(),
    resume: () => void stream.resume(),
    destroy: () => void stream.destroy(),
  };
}
