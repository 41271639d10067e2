import type { Service } from './service.ts';

/** What came back of a body. */
export interface Sent {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

/** Posts bytes as they are: to `/x-` paths as root, to others as the customer. */
export async function sendBody(
  service: Service,
  path: string,
  body: string | Uint8Array,
): Promise<Sent> {
  const key = path.startsWith('/x-') ? service.world.root.key : service.key;
  const response = await fetch(service.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: typeof body === 'string' ? body : Buffer.from(body),
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}
