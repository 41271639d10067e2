import type { ServedModel, Service } from './service.ts';

/** The path of the hot endpoint. */
export const CHAT = '/v1/chat/completions';

/** Writes requests of a customer as they stand on the wire. */
export interface RawChat {
  /** A small valid chat. */
  body(): string;
  /** Host and credential, as header lines. */
  auth(): string;
  /** A `POST` with more header lines, each with its line end, and a body as it is. */
  post(head: string, body: string, path?: string): string;
  /** The same with the length of the body; default: the small chat. */
  sized(head?: string, body?: string, path?: string): string;
}

/** Makes the writer for a customer of the service who asks this model. */
export function createRawChat(service: Service, model: ServedModel): RawChat {
  const body = (): string =>
    JSON.stringify({
      model: model.name,
      messages: [{ role: 'user', content: 'x' }],
      max_tokens: 2,
    });
  const auth = (): string => `host: x\r\nauthorization: Bearer ${service.key}\r\n`;
  const post = (head: string, text: string, path = CHAT): string =>
    `POST ${path} HTTP/1.1\r\n${auth()}${head}\r\n${text}`;
  return {
    body,
    auth,
    post,
    sized: (head = '', text = body(), path = CHAT) =>
      post(`content-length: ${Buffer.byteLength(text)}\r\n${head}`, text, path),
  };
}
