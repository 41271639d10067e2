import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Failure } from '@meridian/core/kernel';
import { failureResponse } from '../failure-response.ts';

/** An answer to a request for an upgrade that stays HTTP. */
export interface UpgradeRefusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What a failure is answered with. */
export function refusalOf(failure: Failure, requestId: string): UpgradeRefusal {
  const { status, headers, body } = failureResponse(failure, requestId);
  return { status, headers, body: Buffer.from(JSON.stringify(body)) };
}

/** Answers past the parser, which lets go of the connection with the upgrade, and closes it. */
export function refuseUpgrade(socket: Duplex, { status, headers, body }: UpgradeRefusal): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const all = {
    ...headers,
    connection: 'close',
    'content-type': 'application/json',
    'content-length': String(body.length),
  };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const reason = STATUS_CODES[status] ?? 'Error';
  socket.once('finish', () => socket.destroy());
  socket.write(`HTTP/1.1 ${status} ${reason}\r\n${head.join('')}\r\n`);
  socket.end(body);
}
