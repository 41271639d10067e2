import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { BodySource, ByteFile, FormField, FormFile } from '@meridian/core/protocols';

/** What one request may keep in memory; everything beyond that is on disk. */
const MEMORY_BYTES_MAX = 256 * 1024;
const PIECE_BYTES = 64 * 1024;

/** Bytes that were received; closing gives their file back to the disk. */
export interface Spooled extends BodySource, ByteFile {
  readonly length: number;
  /** What is being read ends with an error. */
  close(): Promise<void>;
}

/** A part of a form that was received. */
export type ReceivedPart = FormField | (FormFile & { readonly content: Spooled });

/** What one request may still keep in memory. */
export interface MemoryBudget {
  left: number;
}

/** The budget of a new request. */
export function memoryBudget(): MemoryBudget {
  return { left: MEMORY_BYTES_MAX };
}

/**
 * Takes bytes as they come: in memory while the budget lasts, then all of them in a file that has no
 * name from the moment it exists, so that nothing is left of it whatever happens to the process.
 */
export async function spool(
  bytes: AsyncIterable<Buffer>,
  { folder, budget }: { readonly folder: string; readonly budget: MemoryBudget },
): Promise<Spooled> {
  const kept: Buffer[] = [];
  let length = 0;
  let file: FileHandle | undefined;
  try {
    for await (const chunk of bytes) {
      length += chunk.length;
      if (file) {
        await file.writeFile(chunk);
        continue;
      }
      kept.push(chunk);
      budget.left -= chunk.length;
      if (budget.left >= 0) continue;
      budget.left += length;
      file = await openNameless(folder);
      await file.writeFile(Buffer.concat(kept.splice(0)));
    }
  } catch (error) {
    await file?.close();
    throw error;
  }
  return file ? new SpooledFile(file, length) : new SpooledBytes(Buffer.concat(kept));
}

async function openNameless(folder: string): Promise<FileHandle> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, randomUUID());
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}

class SpooledBytes implements Spooled {
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get length(): number {
    return this.#bytes.length;
  }

  async *open(): AsyncGenerator<Buffer> {
    yield this.#bytes;
  }

  async read(at: number, length: number): Promise<Buffer> {
    return this.#bytes.subarray(at, at + length);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

class SpooledFile implements Spooled {
  readonly length: number;
  readonly #file: FileHandle;

  constructor(file: FileHandle, length: number) {
    this.#file = file;
    this.length = length;
  }

  async *open(): AsyncGenerator<Buffer> {
    for (let at = 0; at < this.length; ) {
      const piece = await this.read(at, PIECE_BYTES);
      if (piece.length === 0) throw new Error('a spooled file is shorter than what was written');
      at += piece.length;
      yield piece;
    }
  }

  async read(at: number, length: number): Promise<Buffer> {
    const wanted = Math.max(0, Math.min(length, this.length - at));
    const buffer = Buffer.allocUnsafe(wanted);
    const { bytesRead } = await this.#file.read(buffer, 0, wanted, at);
    return buffer.subarray(0, bytesRead);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
