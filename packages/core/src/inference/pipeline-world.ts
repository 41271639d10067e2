// A pipeline over scripted ports, for the tests of this room.
import { createMemoryWindows, createWindowPlanner } from '../admission/index.ts';
import {
  type Clock,
  nanodollars,
  ONE,
  parsePerMillion,
  Secret,
  systemRandom,
} from '../kernel/index.ts';
import type { Hold, HoldRefusal, Ledger, UsageRecord } from '../ledger/index.ts';
import type { Price } from '../metering/index.ts';
import { openaiChat } from '../protocols/index.ts';
import {
  createProviderRegistry,
  type Transport,
  type UpstreamExchange,
  type UpstreamListener,
  type UpstreamRequest,
  type Verdict,
} from '../providers/index.ts';
import { createKeyPools, createRouter, type ProviderKey } from '../routing/index.ts';
import type { Arrival, Caller, Responder, ResponseHeaders } from './ports.ts';
import { type Pipeline, run } from './run.ts';
import { createRunningAnswers } from './running-answers.ts';
import { createSeenPrompts } from './seen-prompts.ts';
import { createPassSurface } from './surfaces.ts';

/** One exchange that the pipeline has begun, to be played by the test. */
export interface PlayedExchange {
  readonly request: UpstreamRequest;
  readonly listener: UpstreamListener;
  isPaused: boolean;
  isAborted: boolean;
}

/** A client that remembers what it got. */
export class FakeClient implements Responder {
  status = 0;
  headers: ResponseHeaders = [];
  bytes = '';
  isEnded = false;
  isBroken = false;
  isGone = false;
  isSlow = false;
  #gone: () => void = () => undefined;
  #drain: () => void = () => undefined;

  get isBegun(): boolean {
    return this.status !== 0;
  }

  onGone(callback: () => void): void {
    this.#gone = callback;
  }

  onDrain(callback: () => void): void {
    this.#drain = callback;
  }

  hangUp(): void {
    this.isGone = true;
    this.#gone();
  }

  catchUp(): void {
    this.isSlow = false;
    this.#drain();
  }

  send(status: number, headers: ResponseHeaders, body: Buffer): void {
    this.begin(status, headers);
    this.end(body);
  }

  begin(status: number, headers: ResponseHeaders): void {
    this.status = status;
    this.headers = headers;
  }

  write(bytes: Buffer): boolean {
    this.bytes += bytes.toString();
    return !this.isSlow;
  }

  end(bytes: Buffer): void {
    this.bytes += bytes.toString();
    this.isEnded = true;
  }

  breakOff(bytes: Buffer): void {
    this.end(bytes);
    this.isBroken = true;
  }
}

/** A ledger in memory that can be told to refuse and to commit late. */
export class FakeLedger implements Ledger {
  free = 1_000_000_000n;
  readonly records: UsageRecord[] = [];
  readonly open = new Set<Hold>();
  commit: Promise<void> = Promise.resolve();

  hold(payer: Hold['payer'], amount: Hold['amount']): Hold | HoldRefusal {
    if (amount > this.free) {
      const free = nanodollars(this.free);
      return { refused: 'insufficient_balance', accountId: payer.accountId, free };
    }
    const hold = { payer, amount };
    this.free -= amount;
    this.open.add(hold);
    return hold;
  }

  extend(_hold: Hold, by: Hold['amount']): boolean {
    if (by > this.free) return false;
    this.free -= by;
    return true;
  }

  release(hold: Hold): void {
    if (!this.open.delete(hold)) throw new Error('a hold ended twice');
  }

  async settle(hold: Hold, record: UsageRecord): Promise<void> {
    this.release(hold);
    await this.commit;
    this.records.push(record);
  }
}

const PRICE: Price = {
  rates: {
    input: parsePerMillion('1') ?? (0n as never),
    output: parsePerMillion('2') ?? (0n as never),
  },
  tiers: [],
  multiplier: ONE,
  source: 'test',
};

function keyOf(name: string, level: number, config: KeyConfig): ProviderKey {
  return {
    id: null,
    ownerId: 1,
    name,
    level,
    kind: 'standard',
    baseUrl: `http://${name}.test`,
    host: `${name}.test`,
    secret: new Secret(`secret-of-${name}`),
    weight: 1,
    enabled: true,
    config: { providerType: 'standard', ...config },
  };
}

const CALLER: Caller = {
  accountId: 2,
  namedKeyId: null,
  keyId: 'account:2',
  payer: { accountId: 2, isUnlimited: false, minimumSettled: nanodollars(0n), budgets: [] },
  permits: { isEnabled: true, allowsAddress: () => true, allowsEndpoint: () => true },
  limits: {
    accountId: 2,
    ownerId: 1,
    limitScopes: [],
    ownerLimits: { limits: {}, modelLimits: new Map() },
    tier: null,
  },
  routing: { ownerId: 1, level: 0, modelMappers: [], allowModels: [], allowLevels: undefined },
  factor: ONE,
  rates: ONE,
};

/** What the tests of the pipeline work with. */
export interface PipelineWorld {
  readonly ledger: FakeLedger;
  readonly exchanges: PlayedExchange[];
  readonly attempts: Verdict[];
  readonly unexpected: unknown[];
  readonly running: ReturnType<typeof createRunningAnswers>;
  /** Sends a request body; the client sees what comes. */
  call(body: object, caller?: Partial<Caller>): { client: FakeClient; done: Promise<void> };
  /** The exchange that was begun as the n-th, once it is begun. */
  exchange(index: number): Promise<PlayedExchange>;
}

/** Lets everything that waits for no outside event run. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

type KeyConfig = Partial<ProviderKey['config']>;

/** What an owner has configured beside the keys. */
export interface PipelineRouting {
  /** Backup models of every model. */
  readonly failover?: readonly string[];
  /** Models that cost so many times what the others do. */
  readonly dearer?: Readonly<Record<string, bigint>>;
  /** The owner's HEDGE_AFTER, milliseconds; then all keys are on one level. */
  readonly hedgeAfterMs?: number;
}

/** A pipeline with one key per level, as many as are asked for. */
export function createPipelineWorld(
  clock: Clock,
  levels = 1,
  config: KeyConfig = {},
  routing: PipelineRouting = {},
): PipelineWorld {
  const exchanges: PlayedExchange[] = [];
  const attempts: Verdict[] = [];
  const unexpected: unknown[] = [];
  const ledger = new FakeLedger();
  const running = createRunningAnswers(clock);
  const { hedgeAfterMs } = routing;
  const levelOf = (i: number): number => (hedgeAfterMs === undefined ? i + 1 : 1);
  const keys = Array.from({ length: levels }, (_, i) => keyOf(`up${i + 1}`, levelOf(i), config));
  const parts = { clock, keys, exchanges, attempts, unexpected, ledger, running, routing };
  const line = createLine(parts);
  let calls = 0;
  return {
    ledger,
    exchanges,
    attempts,
    unexpected,
    running,
    call(body, caller = {}) {
      const client = new FakeClient();
      const arrival: Arrival = {
        requestId: `request-${++calls}`,
        caller: { ...CALLER, ...caller },
        body: Buffer.from(JSON.stringify(body)),
        endpoint: '/v1/chat/completions',
        address: '127.0.0.1',
        headers: () => undefined,
        receivedAt: clock.now(),
      };
      return { client, done: run(arrival, client, line) };
    },
    async exchange(index) {
      await settled();
      const exchange = exchanges[index];
      if (!exchange) throw new Error(`no exchange ${index} was begun`);
      return exchange;
    },
  };
}

interface LineParts {
  readonly clock: Clock;
  readonly keys: readonly ProviderKey[];
  readonly exchanges: PlayedExchange[];
  readonly attempts: Verdict[];
  readonly unexpected: unknown[];
  readonly ledger: FakeLedger;
  readonly running: ReturnType<typeof createRunningAnswers>;
  readonly routing: PipelineRouting;
}

function priceOf(model: string, { dearer = {} }: PipelineRouting): Price {
  return { ...PRICE, multiplier: ((dearer[model] ?? 1n) * ONE) as Price['multiplier'] };
}

function createLine(parts: LineParts): Pipeline {
  const { clock, keys, exchanges, attempts, unexpected, ledger, running, routing } = parts;
  const transport: Transport = {
    send(request, listener): UpstreamExchange {
      const played: PlayedExchange = { request, listener, isPaused: false, isAborted: false };
      exchanges.push(played);
      return {
        pause() {
          played.isPaused = true;
        },
        resume() {
          played.isPaused = false;
        },
        abort() {
          played.isAborted = true;
        },
      };
    },
  };
  const providers = createProviderRegistry();
  const pools = createKeyPools({ clock, random: systemRandom });
  pools.replace({
    ownerId: 1,
    keys,
    modelMapper: new Map(),
    levelMapper: new Map(),
    switchOver: new Map(keys.slice(1).map(({ level }) => [level - 1, level])),
    ...(routing.hedgeAfterMs !== undefined && { hedgeAfterMs: routing.hedgeAfterMs }),
    modelFailover: new Map(routing.failover && [['*', routing.failover]]),
  });
  const prices = new Map<string, Price>();
  const directory = {
    canonical: (name: string) => name,
    knows: () => true,
    price: ({ model }: { readonly model: string }) => {
      const price = prices.get(model) ?? priceOf(model, routing);
      prices.set(model, price);
      return price;
    },
  };
  const windows = createMemoryWindows({ clock });
  const admission = { windows, windowsOf: createWindowPlanner() };
  const tokens = { count: async (text: string) => text.length };
  return {
    router: createRouter({ pools, directory, providers, clock }),
    admission,
    attempts: {
      transport,
      admission,
      providers: ({ key }) => providers.get(key.kind),
      surface: {
        ...createPassSurface({ name: 'chat', dialect: openaiChat, endpoint: 'chat' }),
        keepAlive: Buffer.from(': keep-alive\n\n'),
      },
      sizes: { sizeOf: () => ({ maxOutputTokens: 100 }) },
      ledger,
      clock,
      prompts: createSeenPrompts(clock),
      keepAliveMs: 10_000,
      running,
      reporter: {
        headers: (_flight, candidate, cost) => ['x-model', candidate.model, 'x-cost', cost ?? ''],
        refusalHeaders: () => [],
        failureResponse: (failure) => ({
          status: failure.status,
          headers: [],
          body: Buffer.from(JSON.stringify(failure.toBody())),
        }),
        charged: () => undefined,
        refused: () => undefined,
        abandoned: () => undefined,
        failed: () => undefined,
        attemptFailed: (_flight, _candidate, verdict) => void attempts.push(verdict),
        unexpected: (error) => void unexpected.push(error),
      },
    },
    counting: { dialect: openaiChat, tokens },
    settlement: { ledger, windows, clock, surface: 'chat' },
  };
}
