import { connect } from 'node:net';

/** One response as it stood on the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Lower-case names; the last of several values. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Nothing here takes longer, also on a busy machine. */
const ANSWER_MS_MAX = 20_000;

export interface RawExchange {
  /** Everything that came, as Latin-1 text. */
  readonly text: string;
  /** The responses in it, in order; interim ones too. */
  readonly answers: readonly RawAnswer[];
}

/**
 * Writes bytes to the server's port and reads until it closes or as many final responses have come
 * as were asked for. Requests without `connection: close` leave the connection open.
 */
export async function exchangeRaw(
  url: string,
  pieces: readonly (string | Uint8Array)[],
  options: { readonly answers?: number; readonly ending?: 'half-close' | 'hang-up' } = {},
): Promise<RawExchange> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  const wanted = options.answers ?? 1;
  let text = '';
  await new Promise<void>((resolve) => {
    const late = setTimeout(() => socket.destroy(), ANSWER_MS_MAX);
    socket.setEncoding('latin1');
    socket.on('data', (part: string) => {
      text += part;
      const final = parseAnswers(text).filter(({ status }) => status >= 200);
      if (final.length >= wanted) socket.destroy();
    });
    // A server that answers early and closes resets what is still being sent.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(late);
      resolve();
    });
    for (const piece of pieces) {
      socket.write(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece);
    }
    if (options.ending === 'half-close') socket.end();
    if (options.ending === 'hang-up') socket.write('', () => socket.destroy());
  });
  return { text, answers: parseAnswers(text) };
}

/** Reads the whole responses at the beginning of a text. */
function parseAnswers(text: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let at = 0; at < text.length; ) {
    const headEnd = text.indexOf('\r\n\r\n', at);
    if (headEnd < 0) break;
    const [statusLine = '', ...lines] = text.slice(at, headEnd).split('\r\n');
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
      }),
    );
    const status = Number(statusLine.split(' ')[1]);
    const body = bodyAt(text, headEnd + 4, status, headers);
    if (body === undefined) break;
    answers.push({ status, headers, body: body.text });
    at = body.end;
  }
  return answers;
}

function bodyAt(
  text: string,
  from: number,
  status: number,
  headers: ReadonlyMap<string, string>,
): { readonly text: string; readonly end: number } | undefined {
  if (status < 200 || status === 204) return { text: '', end: from };
  if (headers.get('transfer-encoding') === 'chunked') {
    const end = text.indexOf('\r\n0\r\n\r\n', from - 2);
    return end < 0 ? undefined : { text: text.slice(from, end), end: end + 7 };
  }
  const length = Number(headers.get('content-length') ?? Number.NaN);
  if (Number.isNaN(length)) return { text: text.slice(from), end: text.length };
  if (text.length < from + length) return undefined;
  return { text: text.slice(from, from + length), end: from + length };
}
