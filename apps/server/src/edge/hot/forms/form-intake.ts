import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { audioSeconds, type ByteFile, type Form } from '@meridian/core/protocols';
import { collectBody } from '../collect-body.ts';
import { type FetchFile, type FetchSpace, formOfUrl } from './fetch-audio.ts';
import { FORM_LIMITS, type FormKind, JSON_BYTES_MAX } from './form-limits.ts';
import { parseForm } from './parse-form.ts';
import { memoryBudget, type ReceivedPart, type Spooled } from './spool.ts';

/** What came in the body of a request that may be a form. */
export interface ReceivedBody {
  /** Empty where it is a form. */
  readonly body: Buffer;
  readonly form?: Form;
  /** Gives its files back to the disk. */
  close(): Promise<void>;
}

/** Receives forms, and what stands for one. */
export interface FormIntake {
  /** `allow` is asked before anything is fetched for the caller; it throws where that may not be. */
  receive(request: IncomingMessage, kind: FormKind, allow: () => void): Promise<ReceivedBody>;
}

export interface FormIntakeDeps {
  /** Where files wait that are too large for memory; it need not exist. */
  readonly folder: string;
  readonly fetchFile: FetchFile;
}

const MULTIPART = /^multipart\/form-data\b/i;
const NOTHING = Buffer.alloc(0);

export function createFormIntake({ folder, fetchFile }: FormIntakeDeps): FormIntake {
  return {
    async receive(request, kind, allow) {
      const isForm = MULTIPART.test(request.headers['content-type'] ?? '');
      if (!isForm && kind === 'images') {
        return { body: await collectBody(request), close: async () => undefined };
      }
      const files = openFiles();
      const space = { folder, budget: memoryBudget(), onFile: files.add };
      try {
        const parts = isForm
          ? await parseForm(request, FORM_LIMITS[kind], space)
          : await partsOfJson(request, allow, { ...space, fetchFile });
        const known = kind === 'audio' ? await Promise.all(parts.map(withSeconds)) : parts;
        const form = { boundary: `meridian-${randomUUID()}`, parts: known };
        return { body: NOTHING, form, close: files.close };
      } catch (error) {
        await files.close();
        throw error;
      }
    },
  };
}

/** The files of one request, which are closed together. */
interface OpenFiles {
  add(file: Spooled): void;
  close(): Promise<void>;
}

function openFiles(): OpenFiles {
  const files: Spooled[] = [];
  let isClosed = false;
  return {
    add(file) {
      files.push(file);
      // It was still being written when the rest of the form failed.
      if (isClosed) void file.close();
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      await Promise.allSettled(files.map((file) => file.close()));
    },
  };
}

async function partsOfJson(
  request: IncomingMessage,
  allow: () => void,
  space: FetchSpace,
): Promise<readonly ReceivedPart[]> {
  const body = await collectBody(request, JSON_BYTES_MAX);
  allow();
  return formOfUrl(body, space);
}

/** Audio says itself how long it plays. */
async function withSeconds(part: ReceivedPart): Promise<ReceivedPart> {
  if (part.kind === 'field') return part;
  const seconds = await secondsOf(part.content);
  return seconds === undefined ? part : { ...part, seconds };
}

async function secondsOf(file: ByteFile): Promise<number | undefined> {
  try {
    return await audioSeconds(file);
  } catch (error) {
    // A header that points beyond what it describes tells nothing.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
