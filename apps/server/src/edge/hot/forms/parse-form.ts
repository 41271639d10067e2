import type { IncomingMessage } from 'node:http';
import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import { Failure, invalid } from '@meridian/core/kernel';
import {
  FIELD_BYTES_MAX,
  FIELDS_MAX,
  type FormLimits,
  mebibytes,
  PART_HEADER_BYTES_MAX,
  PART_HEADERS_MAX,
} from './form-limits.ts';
import { type MemoryBudget, type ReceivedPart, type Spooled, spool } from './spool.ts';

/** Where the files of a form go. */
export interface FormSpace {
  readonly folder: string;
  readonly budget: MemoryBudget;
  /** Told every file, so that it can be closed also where the rest of the form fails. */
  onFile(file: Spooled): void;
}

/**
 * Reads a `multipart/form-data` request: fields into memory, files into the spool. Rejects with
 * `invalid_request`, `request_too_large` or `client_closed_request`.
 */
export function parseForm(
  request: IncomingMessage,
  limits: FormLimits,
  space: FormSpace,
): Promise<readonly ReceivedPart[]> {
  return new Promise((resolve, reject) => {
    const parts: (ReceivedPart | Promise<ReceivedPart>)[] = [];
    const parser = openParser(request, limits);
    let open: BusboyFileStream | undefined;
    let isOver = false;
    const fail = (error: unknown): void => {
      if (isOver) return;
      isOver = true;
      request.unpipe(parser);
      // What is still sent has to be read, or the client never hears why it need not be.
      request.resume();
      parser.destroy();
      // Nothing more comes: whoever reads the file that is under way has to hear it.
      open?.destroy(new Error('the form was given up'));
      reject(error);
    };
    const take = (part: ReceivedPart | Promise<ReceivedPart>): void => {
      parts.push(part);
      if (part instanceof Promise) part.catch(fail);
    };
    parser.on('field', (name, value, _isNameCut, isCut) => {
      if (isCut) fail(tooLarge(`The field '${name}'`, FIELD_BYTES_MAX));
      else if (name === undefined) fail(malformed());
      else take({ kind: 'field', name, value });
    });
    parser.on('file', (name, stream, filename, ...[, contentType]) => {
      open = stream;
      take(spoolFile({ name, filename, contentType }, stream, { limits, space }));
    });
    for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) {
      parser.on(limit, () => fail(invalid('file', 'The form has too many parts.')));
    }
    parser.on('error', () => fail(request.complete ? malformed() : gone()));
    parser.on('finish', () => {
      if (isOver) return;
      isOver = true;
      Promise.all(parts).then(resolve, reject);
    });
    limitTotal(request, limits, fail);
    request.on('close', () => {
      if (!request.complete) fail(gone());
    });
    if (request.destroyed) fail(gone());
    else request.pipe(parser);
  });
}

function openParser(request: IncomingMessage, { fileBytesMax, filesMax }: FormLimits) {
  const contentType = request.headers['content-type'] ?? '';
  try {
    return new Busboy({
      headers: { ...request.headers, 'content-type': contentType },
      limits: {
        fieldSize: FIELD_BYTES_MAX,
        fields: FIELDS_MAX,
        fileSize: fileBytesMax,
        files: filesMax,
        parts: FIELDS_MAX + filesMax,
        headerPairs: PART_HEADERS_MAX,
        headerSize: PART_HEADER_BYTES_MAX,
      },
    });
  } catch {
    // It throws for a content type without a boundary.
    throw malformed();
  }
}

/** The parser gives undefined for what the part does not say. */
interface FileHead {
  readonly name: string | undefined;
  readonly filename: string | undefined;
  readonly contentType: string;
}

async function spoolFile(
  { name, filename, contentType }: FileHead,
  stream: BusboyFileStream,
  { limits, space }: { readonly limits: FormLimits; readonly space: FormSpace },
): Promise<ReceivedPart> {
  const content = await spool(stream, space);
  space.onFile(content);
  if (name === undefined) throw malformed();
  if (stream.truncated) throw tooLarge(`The file '${name}'`, limits.fileBytesMax);
  return { kind: 'file', name, filename: filename ?? name, contentType, content };
}

function limitTotal(
  request: IncomingMessage,
  { totalBytesMax }: FormLimits,
  fail: (error: unknown) => void,
): void {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > totalBytesMax) fail(tooLarge('The request body', totalBytesMax));
  });
}

function tooLarge(what: string, bytesMax: number): Failure {
  return new Failure('request_too_large', { message: `${what} exceeds ${mebibytes(bytesMax)}.` });
}

function malformed(): Failure {
  return new Failure('invalid_request', {
    message: 'The request body is no valid multipart/form-data.',
  });
}

function gone(): Failure {
  return new Failure('client_closed_request', { message: 'The request was not sent whole.' });
}
