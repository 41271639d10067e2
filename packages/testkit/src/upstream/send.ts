import type { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Recorder } from './recorded.ts';
import type { Ending, HttpReply, Part, Parts, RawReply, Reply } from './reply.ts';

/** Writes a scripted answer; returns when it has ended or the client has left. */
export async function sendReply(
  reply: Reply,
  response: ServerResponse,
  recorder: Recorder,
): Promise<void> {
  const { socket } = response;
  if (socket === null || socket.destroyed) return;
  // A client that leaves in the middle shows up as 'close'; its error adds nothing.
  const ignore = (): void => undefined;
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const onClose = (): void => resolve();
  response.on('error', ignore);
  socket.on('error', ignore).once('close', onClose);
  const target: Target = { response, socket, closed, recorder };
  try {
    await ('raw' in reply ? sendRaw(reply, target) : sendHttp(reply, target));
  } finally {
    // The connection goes on to carry other requests.
    socket.off('error', ignore).off('close', onClose);
  }
}

function emitted(emitter: EventEmitter, event: string): Promise<void> {
  return new Promise((resolve) => {
    emitter.once(event, () => resolve());
  });
}

interface Target {
  readonly response: ServerResponse;
  readonly socket: Socket;
  readonly closed: Promise<void>;
  readonly recorder: Recorder;
}

async function sendRaw(reply: RawReply, target: Target): Promise<void> {
  const { socket, recorder } = target;
  const isWhole = await writeParts(reply.raw, target, (bytes) => socket.write(bytes));
  const complete = (): void => {
    recorder.finish('complete');
    socket.end();
  };
  if (isWhole) await end(reply.ending ?? 'cut', target, complete);
}

async function sendHttp(reply: HttpReply, target: Target): Promise<void> {
  const { response } = target;
  if (reply.headersGate && !(await passes(reply.headersGate, target))) return;
  response.writeHead(reply.status ?? 200, headersOf(reply));
  response.flushHeaders();
  const isWhole = await writeParts(reply.parts, target, (bytes) =>
    response.write(reply.gzip === true ? gzipSync(bytes) : bytes),
  );
  if (isWhole) await end(reply.ending ?? 'complete', target, () => response.end());
}

function headersOf(reply: HttpReply): Record<string, string> {
  const { contentType = 'application/json', contentLength, gzip, headers } = reply;
  return {
    ...(contentType !== null && { 'content-type': contentType }),
    ...(contentLength !== undefined && { 'content-length': String(contentLength) }),
    ...(gzip === true && { 'content-encoding': 'gzip' }),
    ...headers,
  };
}

/** Writes part after part with back-pressure; false when the client left before the last one. */
async function writeParts(
  parts: Parts,
  target: Target,
  write: (bytes: Uint8Array) => boolean,
): Promise<boolean> {
  for await (const part of parts) {
    if (isGate(part)) {
      if (!(await passes(part, target))) return false;
      continue;
    }
    if (target.socket.destroyed) return false;
    const bytes = Buffer.from(part);
    const isDrained = write(bytes);
    target.recorder.sent(bytes);
    if (!isDrained) await Promise.race([emitted(target.socket, 'drain'), target.closed]);
    // One turn per part, so that parts leave one by one and an endless answer blocks nobody.
    await nextTurn();
  }
  return !target.socket.destroyed;
}

function isGate(part: Part): part is Exclude<Part, string | Uint8Array> {
  return typeof part === 'object' && 'pass' in part;
}

async function passes(gate: { pass(): Promise<void> }, target: Target): Promise<boolean> {
  await Promise.race([gate.pass(), target.closed]);
  return !target.socket.destroyed;
}

async function end(ending: Ending, target: Target, complete: () => void): Promise<void> {
  const { socket, closed, recorder } = target;
  if (ending === 'complete') {
    complete();
  } else if (ending === 'never') {
    await closed;
  } else {
    recorder.finish('cut');
    if (ending === 'reset') socket.resetAndDestroy();
    else socket.destroySoon();
  }
}
