import { Failure, invalid } from '@meridian/core/kernel';
import { isAllowedAddress } from '@meridian/core/routing';
import { Agent, type Dispatcher, request } from 'undici';
import { ADDRESS_NOT_ALLOWED, createGuardedConnector } from './guarded-connector.ts';

/** What was found at an address. Reading fails with `invalid_request` where there is too much of it. */
export interface FoundFile {
  readonly contentType: string;
  readonly bytes: AsyncIterable<Buffer>;
}

/** Fetches files from addresses that somebody else wrote. */
export interface FileFetcher extends AsyncDisposable {
  /** Throws `invalid_request`, naming the parameter, where there is nothing to be had. */
  fetch(url: string, options: FetchOptions): Promise<FoundFile>;
}

export interface FetchOptions {
  readonly bytesMax: number;
  /** The parameter that named the address. */
  readonly param: string;
  /** Whether it may be on a private network; addresses of clients never may, but by configuration. */
  readonly mayBePrivate: boolean;
}

const REDIRECTS_MAX = 3;
const CONNECT_TIMEOUT_MS = 10_000;
const SILENCE_MS = 30_000;
const WHOLE_MS = 120_000;
const CONNECTIONS_PER_HOST_MAX = 16;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * A fetcher whose every connection, redirects included, is checked with the address that it is made to.
 * `isSelf` tells this server's own place, to which none is made.
 */
export function createFileFetcher(isSelf: (address: string, port: number) => boolean): FileFetcher {
  const agents = new Map<string, Agent>();

  /** Connections of one reach never serve the other; the guard knows the port by the agent. */
  function agentFor({ protocol, port }: URL, mayBePrivate: boolean): Agent {
    const number = Number(port === '' ? DEFAULT_PORTS[protocol] : port);
    const key = `${mayBePrivate} ${number}`;
    const known = agents.get(key);
    if (known) return known;
    const agent = openAgent(
      (address) =>
        isAllowedAddress(address, { ownerMayReachPrivate: mayBePrivate }) &&
        !isSelf(address, number),
    );
    if (agents.size >= AGENTS_MAX) closeOldest(agents);
    agents.set(key, agent);
    return agent;
  }

  return {
    async fetch(url, options) {
      const { param, bytesMax } = options;
      let at = readUrl(url, param);
      for (let hops = 0; hops <= REDIRECTS_MAX; hops++) {
        const answer = await send(agentFor(at, options.mayBePrivate), at, param);
        const next = redirectOf(answer, at);
        if (next === undefined) return foundIn(answer, { param, bytesMax });
        discard(answer);
        at = readUrl(next, param);
      }
      throw invalid(param, `'${param}' leads from one address to another without end.`);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };
/** Ports are anybody's choice; the agent used longest ago goes. */
const AGENTS_MAX = 64;

function closeOldest(agents: Map<string, Agent>): void {
  const [oldest] = agents;
  if (!oldest) return;
  agents.delete(oldest[0]);
  oldest[1].close().catch(() => undefined);
}

function openAgent(isAllowed: (address: string) => boolean): Agent {
  return new Agent({
    connections: CONNECTIONS_PER_HOST_MAX,
    allowH2: false,
    headersTimeout: SILENCE_MS,
    bodyTimeout: SILENCE_MS,
    connect: createGuardedConnector({ timeout: CONNECT_TIMEOUT_MS }, isAllowed),
  });
}

async function send(agent: Agent, url: URL, param: string): Promise<Dispatcher.ResponseData> {
  try {
    return await request(url, {
      dispatcher: agent,
      headers: { accept: '*/*', 'accept-encoding': 'identity' },
      signal: AbortSignal.timeout(WHOLE_MS),
    });
  } catch (error) {
    throw unreachable(error, param);
  }
}

/** Throws for what is no address of the web; names and passwords in it are for nobody else. */
function readUrl(text: string, param: string): URL {
  const url = URL.parse(text);
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url && isWeb && url.username === '' && url.password === '') return url;
  throw invalid(param, `'${param}' must lead to an http or https address without a password.`);
}

function redirectOf(
  { statusCode, headers }: Dispatcher.ResponseData,
  from: URL,
): string | undefined {
  const { location } = headers;
  if (!REDIRECTS.has(statusCode) || typeof location !== 'string') return undefined;
  return URL.parse(location, from.href)?.href ?? location;
}

/** Gives a body up; it says so as an error, which would end the process if nobody heard it. */
function discard({ body }: Dispatcher.ResponseData): void {
  body.on('error', () => undefined).destroy();
}

function foundIn(
  answer: Dispatcher.ResponseData,
  { param, bytesMax }: Pick<FetchOptions, 'param' | 'bytesMax'>,
): FoundFile {
  const { statusCode, headers, body } = answer;
  const problem = problemOf(statusCode, Number(headers['content-length'] ?? 0), bytesMax);
  if (problem !== undefined) {
    discard(answer);
    throw invalid(param, `'${param}' ${problem}.`);
  }
  const type = headers['content-type'];
  return {
    contentType: typeof type === 'string' ? type : 'application/octet-stream',
    bytes: limited(body, { param, bytesMax }),
  };
}

function problemOf(status: number, length: number, bytesMax: number): string | undefined {
  if (status !== 200) return `was answered with the status ${status}`;
  return length > bytesMax ? tooLarge(bytesMax) : undefined;
}

function tooLarge(bytesMax: number): string {
  return `leads to more than ${bytesMax / 1024 / 1024} MiB`;
}

async function* limited(
  body: Dispatcher.ResponseData['body'],
  { param, bytesMax }: Pick<FetchOptions, 'param' | 'bytesMax'>,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > bytesMax) throw invalid(param, `'${param}' ${tooLarge(bytesMax)}.`);
      yield chunk;
    }
  } catch (error) {
    throw error instanceof Failure ? error : unreachable(error, param);
  }
}

/** What exactly went wrong stays in the log: it would tell what is where on our network. */
function unreachable(error: unknown, param: string): Failure {
  const { code, message } = error as { code?: unknown; message?: string };
  const isForbidden = code === ADDRESS_NOT_ALLOWED;
  return new Failure('invalid_request', {
    message: isForbidden
      ? `'${param}' leads to an address that must not be reached.`
      : `'${param}' could not be fetched.`,
    param,
    internal: `${String(code ?? '')} ${message ?? ''}`.trim(),
  });
}
