import type { IncomingMessage } from 'node:http';
import { Failure, invalid } from '@meridian/core/kernel';
import type { HeaderLookup } from '@meridian/core/providers';

/** The path as clients, allowlists and logs know it. */
export const REALTIME_PATH = '/v1/realtime';

const KEY_PROTOCOL = 'openai-insecure-api-key.';
const BETA_PROTOCOL = 'openai-beta.realtime-v1';
const BETA_HEADER = 'realtime=v1';
/** The protocols that may be agreed on, best first; keys are no protocols. */
const PROTOCOLS = ['realtime', BETA_PROTOCOL];
const NONCE = /^[+/0-9A-Za-z]{22}==$/;
const MODEL_CHARS_MAX = 256;
const PRINTABLE = /^[\x21-\x7e]+$/;

/** Whether a request is for this endpoint and nothing but an upgrade to a WebSocket. */
export function isRealtimeUpgrade({ method, url = '', headers }: IncomingMessage): boolean {
  const [path = ''] = url.replace(/^https?:\/\/[^/?]*/i, '').split('?', 1);
  const isHere = path === REALTIME_PATH || path === `${REALTIME_PATH}/`;
  return isHere && method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}

/** What a client asks for with its upgrade. */
export interface UpgradeAsk {
  readonly model: string;
  readonly isBeta: boolean;
}

/** Reads the query and checks the handshake. Throws `invalid_request`. */
export function readUpgrade({ headers, url = '' }: IncomingMessage): UpgradeAsk {
  const nonce = headers['sec-websocket-key'];
  if (headers['sec-websocket-version'] !== '13' || !NONCE.test(nonce ?? '')) {
    throw new Failure('invalid_request', {
      message: 'The WebSocket handshake is not valid; version 13 of the protocol is spoken here.',
    });
  }
  const mark = url.indexOf('?');
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  const model = query.get('model');
  if (!model) throw invalid('model', 'Name the model of the session: ?model=…');
  if (model.length > MODEL_CHARS_MAX || !PRINTABLE.test(model)) {
    throw invalid('model', `'model' must have 1 to ${MODEL_CHARS_MAX} printable characters.`);
  }
  const isBeta =
    headers['openai-beta'] === BETA_HEADER || protocolsOf(headers).includes(BETA_PROTOCOL);
  return { model, isBeta };
}

/** The key that a browser puts among its protocols, because it cannot set headers. */
export function keyAmongProtocols(headers: IncomingMessage['headers']): string | undefined {
  const found = protocolsOf(headers).find((name) => name.startsWith(KEY_PROTOCOL));
  return found?.slice(KEY_PROTOCOL.length);
}

/** The protocol that both sides speak; false for none. */
export function agreedProtocol(offered: ReadonlySet<string>): string | false {
  return PROTOCOLS.find((name) => offered.has(name)) ?? false;
}

/** The client's headers; the beta is asked for upstream by its header, however the client does it. */
export function headersOf({ headers }: IncomingMessage, isBeta: boolean): HeaderLookup {
  return (name) => {
    if (name === 'openai-beta') return isBeta ? BETA_HEADER : undefined;
    const value = headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
}

function protocolsOf(headers: IncomingMessage['headers']): readonly string[] {
  return (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
}
