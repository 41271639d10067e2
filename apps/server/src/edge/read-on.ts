import type { IncomingMessage } from 'node:http';

/** A client that goes on sending for longer than this after its answer is cut off. */
const READ_ON_BYTES_MAX = 256 * 1024 * 1024;
const READ_ON_MS_MAX = 30_000;

/**
 * Reads, and forgets, what a client still sends after it was answered: closing at once would reset
 * the connection before the client has seen why.
 */
export function readOn(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  let bytes = 0;
  const late = setTimeout(() => request.destroy(), READ_ON_MS_MAX).unref();
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > READ_ON_BYTES_MAX) request.destroy();
  });
  request.on('close', () => clearTimeout(late));
  request.on('error', () => undefined);
}
