import { connect } from 'node:net';
import type { UsageExplanation } from '@meridian/contract';
import {
  createRealtimeUpstream,
  type RealtimeUpstream,
  type ScriptedSession,
  type WireEvent,
} from '@meridian/testkit';
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import type { RealtimeClientEvent } from 'openai/resources/realtime/realtime';
import type { WebSocket } from 'ws';
import { openBooks } from './books.ts';
import type { Service } from './service.ts';
import { until } from './until.ts';

/** Dollars per million tokens of the models of these tests. */
const VOICE_PRICE = {
  input: 4,
  cache_read: 0.4,
  input_audio: 32,
  output: 16,
  output_audio: 64,
} as const;

/** A model whose upstream has sessions. */
export interface VoiceModel extends AsyncDisposable {
  readonly name: string;
  readonly upstream: RealtimeUpstream;
  readonly secret: string;
}

export interface VoiceOptions {
  readonly name?: string;
  readonly models?: readonly string[];
  readonly level?: number;
  readonly config?: Readonly<Record<string, unknown>>;
}

let made = 0;

/** Adds a model with sessions. */
export async function addVoice(service: Service, options: VoiceOptions = {}): Promise<VoiceModel> {
  const upstream = await createRealtimeUpstream();
  const { name = `voice-${++made}`, models = [], level = 1, config } = options;
  const secret = `upstream-secret-of-${name}-${++made}`;
  await service.world.root.call('POST', '/x-keys', {
    SecretKey: secret,
    Name: `voice-key-${++made}`,
    Level: level,
    Provider: upstream.url,
    Config: {
      provider_type: 'standard',
      models: [name, ...models],
      default_price: VOICE_PRICE,
      ...config,
    },
  });
  return { name, upstream, secret, [Symbol.asyncDispose]: () => upstream[Symbol.asyncDispose]() };
}

/** OpenAI's own client in a session. */
export interface VoiceClient extends Disposable {
  readonly socket: OpenAIRealtimeWS['socket'];
  /** Everything that came, in order. */
  readonly events: readonly WireEvent[];
  send(event: RealtimeClientEvent): void;
  /** The next event of a type that nobody has waited for; rejects when the session ends before. */
  next(type: string): Promise<WireEvent>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

/** Connects OpenAI's client to the server as a user would, past its demand for TLS. */
function openVoice(service: Service, model: string, key = service.key): VoiceClient {
  const client = new OpenAI({ baseURL: `${service.url}/v1`, apiKey: key, logLevel: 'off' });
  const { hostname, port } = new URL(service.url);
  const realtime = new OpenAIRealtimeWS(
    { model, options: { createConnection: () => connect(Number(port), hostname) } as never },
    client,
  );
  // Errors come as events too; a session that was refused is told by its close.
  realtime.on('error', () => undefined);
  const { socket } = realtime;
  return { ...follow(socket), send: (event) => realtime.send(event) };
}

function follow(socket: WebSocket) {
  const events: WireEvent[] = [];
  const taken = new Map<string, number>();
  const waiting = new Set<() => void>();
  const closed = Promise.withResolvers<{ code: number; reason: string }>();
  let isClosed = false;
  const wake = (): void => {
    for (const look of waiting) look();
  };
  socket.on('message', (data: Buffer) => {
    events.push(JSON.parse(data.toString('utf8')) as WireEvent);
    wake();
  });
  socket.on('close', (code, reason) => {
    isClosed = true;
    closed.resolve({ code, reason: reason.toString('utf8') });
    wake();
  });
  return {
    socket,
    events,
    closed: closed.promise,
    next: (type: string) =>
      new Promise<WireEvent>((resolve, reject) => {
        const place = taken.get(type) ?? 0;
        taken.set(type, place + 1);
        const look = (): void => {
          const event = events.filter((one) => one.type === type)[place];
          if (event) resolve(event);
          else if (isClosed) reject(new Error(`The session ended before ${type}.`));
          else return;
          waiting.delete(look);
        };
        waiting.add(look);
        look();
      }),
    [Symbol.dispose]: () => socket.terminate(),
  };
}

/** The charges of an account in the order in which they were made, as soon as there are so many. */
export async function chargesOf(
  service: Service,
  accountId: number,
  count: number,
): Promise<readonly UsageExplanation[]> {
  await using books = await openBooks(service.world.database);
  const ids = await until(`${count} charges of account ${accountId}`, async () => {
    const charges = await books.charges();
    const own = charges.filter((charge) => charge.accountId === accountId).map(({ id }) => id);
    return own.length >= count ? own.sort() : undefined;
  });
  return Promise.all(ids.map((id) => service.usageOf(id)));
}

/** The buckets of a charge that are not empty. */
export const bucketsOf = (charge: UsageExplanation | undefined): Record<string, number> =>
  Object.fromEntries(Object.entries(charge?.usage ?? {}).filter(([, tokens]) => tokens > 0));

/** A session that is open on both sides. */
export async function meet(
  service: Service,
  voice: VoiceModel,
  key?: string,
): Promise<{ readonly client: VoiceClient; readonly session: ScriptedSession }> {
  const number = voice.upstream.sessions.length + 1;
  const client = openVoice(service, voice.name, key);
  const session = await voice.upstream.session(number);
  await client.next('session.created');
  return { client, session };
}
