import type { IncomingMessage } from 'node:http';
import { Failure } from '@meridian/core/kernel';

/** Largest request body of the inference endpoints; base64 images and audio need the room. */
const INFERENCE_BODY_MAX_BYTES = 32 * 1024 * 1024;

function tooLarge(bytesMax: number): Failure {
  const mebibytes = bytesMax / 1024 / 1024;
  return new Failure('request_too_large', {
    message: `The request body exceeds ${mebibytes} MiB.`,
  });
}

function gone(): Failure {
  return new Failure('client_closed_request', { message: 'The request was not sent whole.' });
}

/** A broken connection is told by `close`; without a listener the error would end the process. */
const ignore = (): void => undefined;

/** Reads a request body whole. Rejects with `request_too_large` or `client_closed_request`. */
export function collectBody(
  request: IncomingMessage,
  bytesMax = INFERENCE_BODY_MAX_BYTES,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared > bytesMax) {
      reject(tooLarge(bytesMax));
      return;
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= bytesMax) chunks.push(chunk);
      else reject(tooLarge(bytesMax));
    });
    let isWhole = false;
    request.on('end', () => {
      isWhole = true;
      const [first] = chunks;
      resolve(chunks.length === 1 && first ? first : Buffer.concat(chunks));
    });
    // Also a request that came whole is closed without an end when the client hangs up before it
    // is read, perhaps even before this is called.
    const closed = (): void => {
      if (!isWhole) reject(gone());
    };
    if (request.destroyed) closed();
    request.on('close', closed);
    request.on('error', ignore);
  });
}
