// A session over scripted ports, for the tests of this folder.
import { createMemoryWindows, createWindowPlanner } from '../../../admission/index.ts';
import {
  type Clock,
  Failure,
  nanodollars,
  ONE,
  type Picodollars,
  parsePerMillion,
  Secret,
  systemRandom,
} from '../../../kernel/index.ts';
import type { Price } from '../../../metering/index.ts';
import { createProviderRegistry } from '../../../providers/index.ts';
import {
  type Candidate,
  createKeyPools,
  createRouter,
  type ProviderKey,
} from '../../../routing/index.ts';
import { FakeLedger, settled } from '../../pipeline-world.ts';
import type { Caller } from '../../ports.ts';
import type { Knock, RealtimeDeps, SessionEnd } from '../ports.ts';
import { RealtimeSession } from '../session.ts';

/** An event as it went out. */
export type Sent = Readonly<Record<string, unknown>> & {
  readonly type: string;
  readonly error?: { readonly code: string; readonly message: string; readonly event_id: unknown };
};

export const MODEL = 'voice';
export const DEPLOYMENT = 'deployment-of-voice';
export const SECRET = 'secret-of-the-upstream';

const rate = (dollars: string): Picodollars => parsePerMillion(dollars) ?? (0n as never);

/** Dollars per million tokens: text 4 and 16, audio 32 and 64, cached 0.4. */
export const VOICE_PRICE: Price = {
  rates: {
    input: rate('4'),
    cacheRead: rate('0.4'),
    inputAudio: rate('32'),
    output: rate('16'),
    outputAudio: rate('64'),
  },
  tiers: [],
  multiplier: ONE,
  source: 'test',
};

/** The models that the router of these tests knows. */
const PRICES: Readonly<Record<string, Price>> = {
  [MODEL]: VOICE_PRICE,
  ears: { ...VOICE_PRICE, rates: { input: rate('2'), inputAudio: rate('6'), output: rate('10') } },
  'ears-by-the-minute': {
    ...VOICE_PRICE,
    rates: {},
    unit: 6_000_000_000n as Picodollars,
    unitName: 'second',
    unitSize: 60,
  },
};

const KEY: ProviderKey = {
  id: 7,
  ownerId: 1,
  name: 'key',
  level: 1,
  kind: 'standard',
  baseUrl: 'http://up.test',
  host: 'up.test',
  secret: new Secret(SECRET),
  weight: 1,
  enabled: true,
  config: {
    providerType: 'standard',
    modelMapping: new Map([
      [MODEL, DEPLOYMENT],
      ['ears', 'deployment-of-ears'],
      ['ears-by-the-minute', 'ears-by-the-minute'],
    ]),
  },
};

export const CALLER: Caller = {
  accountId: 2,
  namedKeyId: null,
  keyId: 'a2',
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

export interface SessionWorld {
  readonly session: RealtimeSession;
  readonly ledger: FakeLedger;
  readonly shown: Sent[];
  readonly sent: Sent[];
  readonly ends: SessionEnd[];
  readonly refusals: string[];
  readonly unexpected: unknown[];
  /** What became of the candidate. */
  readonly endings: unknown[];
  /** Who calls from now on; undefined once the key is revoked. */
  caller: Caller | undefined;
  /** Hands an event over and lets everything that waits for nothing run. */
  client(event: object | string): Promise<void>;
  upstream(event: object | string): Promise<void>;
  /** Types of what the client and the upstream got since the last time. */
  news(): { readonly shown: string[]; readonly sent: string[] };
}

/** A session that is open. */
export function createSessionWorld(clock: Clock, isBeta = false): SessionWorld {
  const ledger = new FakeLedger();
  const shown: Sent[] = [];
  const sent: Sent[] = [];
  const ends: SessionEnd[] = [];
  const endings: unknown[] = [];
  const refusals: string[] = [];
  const unexpected: unknown[] = [];
  const read = (event: Buffer | string): Sent => JSON.parse(event.toString()) as Sent;
  const world: { caller: Caller | undefined } = { caller: CALLER };
  const deps = createDeps(clock, { ledger, refusals, unexpected });
  const session = new RealtimeSession(
    { knock: createKnock(world, isBeta), candidate: createCandidate(endings), attempts: 1 },
    deps,
    {
      toClient: (event) => void shown.push(read(event)),
      toUpstream: (event) => void sent.push(read(event)),
      end: (why) => void ends.push(why),
    },
  );
  const bytesOf = (event: object | string): Buffer =>
    Buffer.from(typeof event === 'string' ? event : JSON.stringify(event));
  const seen = { shown: 0, sent: 0 };
  return Object.assign(world, {
    ...{ session, ledger, shown, sent, ends, refusals, unexpected, endings },
    async client(event: object | string) {
      void session.fromClient(bytesOf(event));
      await settled();
    },
    async upstream(event: object | string) {
      void session.fromUpstream(bytesOf(event));
      await settled();
    },
    news() {
      const typesOf = (list: Sent[], from: number) => list.slice(from).map(({ type }) => type);
      const news = { shown: typesOf(shown, seen.shown), sent: typesOf(sent, seen.sent) };
      Object.assign(seen, { shown: shown.length, sent: sent.length });
      return news;
    },
  });
}

function createKnock(world: { caller: Caller | undefined }, isBeta: boolean): Knock {
  return {
    arrival: {
      requestId: 'session',
      caller: CALLER,
      body: Buffer.alloc(0),
      endpoint: '/v1/realtime',
      address: '127.0.0.1',
      headers: () => undefined,
      receivedAt: 0,
    },
    model: MODEL,
    isBeta,
    callerNow() {
      if (world.caller) return world.caller;
      throw new Failure('invalid_api_key', { message: 'The API key is not valid.' });
    },
  };
}

function createCandidate(endings: unknown[]): Candidate {
  return {
    key: KEY,
    model: MODEL,
    upstreamModel: DEPLOYMENT,
    price: VOICE_PRICE,
    stage: {
      ...{ model: MODEL, level: 1, reason: 'primary' },
      names: { resolved: [MODEL], requested: [] },
    },
    capped: () => undefined,
    began: () => undefined,
    answered: () => undefined,
    ended: (outcome) => void endings.push(outcome),
  };
}

function createDeps(
  clock: Clock,
  into: Pick<SessionWorld, 'ledger' | 'refusals' | 'unexpected'>,
): RealtimeDeps {
  const { ledger, refusals, unexpected } = into;
  const pools = createKeyPools({ clock, random: systemRandom });
  pools.replace({
    ownerId: 1,
    keys: [KEY],
    modelMapper: new Map(),
    levelMapper: new Map(),
    switchOver: new Map(),
    modelFailover: new Map(),
  });
  const directory = {
    canonical: (name: string) => name,
    knows: (name: string) => name in PRICES,
    price: ({ model }: { model: string }) => PRICES[model],
  };
  const windows = createMemoryWindows({ clock });
  const providers = createProviderRegistry();
  let ids = 0;
  return {
    router: createRouter({ pools, directory, providers, clock }),
    providers: ({ key }) => providers.get(key.kind),
    admission: { windows, windowsOf: createWindowPlanner() },
    settlement: { ledger, windows, clock, surface: 'realtime' },
    ledger,
    sizes: { sizeOf: () => ({ maxOutputTokens: 4_096, contextTokens: 32_000 }) },
    tokens: { count: async (text) => text.length },
    clock,
    newId: () => `id-${++ids}`,
    reporter: {
      charged: () => undefined,
      abandoned: () => undefined,
      failed: (_arrival, failure) => void refusals.push(failure.code),
      attemptFailed: () => undefined,
      unexpected: (error) => void unexpected.push(error),
    },
  };
}
