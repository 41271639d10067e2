/** A running answer, read chunk by chunk. */
export interface RunningStream {
  readonly status: number;
  readonly headers: Headers;
  readonly requestId: string;
  /** Reads on until the text so far contains `part`; throws when the stream ends before. */
  readUntil(part: string): Promise<string>;
  /** Reads to the end: everything that came. */
  readAll(): Promise<string>;
  /** Hangs up. */
  abort(): void;
}

/** Begins a streamed chat; the status may be any. */
export async function openStream(
  url: string,
  key: string,
  body: Readonly<Record<string, unknown>>,
): Promise<RunningStream> {
  const leaving = new AbortController();
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content: 'x' }], stream: true, ...body }),
    signal: leaving.signal,
  });
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  let text = '';
  return {
    status: response.status,
    headers: response.headers,
    requestId: response.headers.get('x-request-id') ?? '',
    async readUntil(part) {
      while (!text.includes(part)) {
        const { done, value } = await reader.read();
        if (done) throw new Error(`The stream ended without ${JSON.stringify(part)}: ${text}`);
        text += decoder.decode(value, { stream: true });
      }
      return text;
    },
    async readAll() {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return text;
        text += decoder.decode(value, { stream: true });
      }
    },
    abort: () => leaving.abort(),
  };
}
