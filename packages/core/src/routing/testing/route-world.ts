// Routes in a few characters, for the tests of this room.
import {
  type Clock,
  isFailure,
  ONE,
  type Picodollars,
  type Random,
  Secret,
} from '../../kernel/index.ts';
import type { Price } from '../../metering/index.ts';
import { createProviderRegistry } from '../../providers/index.ts';
import { createKeyPools, type RuntimeKeyPools } from '../key-pools.ts';
import type { AttemptBounds } from '../route-plan.ts';
import { createRouter } from '../router.ts';
import type { ModelDirectory, ProviderKey, RoutePlan, Router } from '../types.ts';

/** What decides a route. Maps are `from>to` with commas between; see the fields. */
export interface Setting {
  /** `name@level=model+model`, blanks between; `*` before the name: switched off; `?`: no price. */
  readonly keys: string;
  /** ModelMappers of the account and its ancestors, nearest first. */
  readonly user?: readonly string[];
  /** The owner's ModelMapper. */
  readonly owner?: string;
  /** LevelMapper. */
  readonly levels?: string;
  /** SwitchOver. */
  readonly switch?: string;
  /** ModelFailover; `+` between the backups. */
  readonly failover?: string;
  /** AllowModels of the accounts on the path, commas between patterns. */
  readonly allow?: readonly string[];
  /** AllowLevels. */
  readonly allowLevels?: readonly number[];
  /** The account's Level. */
  readonly level?: number;
  /** Names of keys that sleep. */
  readonly asleep?: string;
  /** `name/model` of keys that wait for a model after a 429, blanks between. */
  readonly paused?: string;
}

/** Both lead to the model without them. */
const VENDOR_PREFIX = 'v/';
const LATEST = '-latest';
const SLEEP = { retry: true, cause: 'auth', sleep: { kind: 'now' } } as const;
const PAUSE = { retry: true, cause: 'rate', sleep: { kind: 'for', ms: 30_000 } } as const;

const PRICE: Price = {
  rates: { input: 1n as Picodollars },
  tiers: [],
  multiplier: ONE,
  source: 'x',
};

const directory: ModelDirectory = {
  canonical(name) {
    const plain = name.startsWith(VENDOR_PREFIX) ? name.slice(VENDOR_PREFIX.length) : name;
    return plain.endsWith(LATEST) ? plain.slice(0, -LATEST.length) : plain;
  },
  knows: (name) => !name.startsWith('unknown'),
  price: ({ defaultPrice }) => defaultPrice,
};

/** A router over one owner's setting. */
export interface RouteWorld {
  readonly router: Router;
  readonly pools: RuntimeKeyPools;
  plan(model: string): RoutePlan | string;
}

export function createRouteWorld(
  setting: Setting,
  { clock, random, bounds }: { clock: Clock; random: Random; bounds?: AttemptBounds },
): RouteWorld {
  const pools = createKeyPools({ clock, random });
  pools.replace({
    ownerId: 1,
    keys: words(setting.keys).map(keyOf),
    modelMapper: pairs(setting.owner),
    levelMapper: numbers(setting.levels),
    switchOver: new Map([...numbers(setting.switch)].map(([from, to]) => [Number(from), to])),
    modelFailover: new Map(
      [...pairs(setting.failover)].map(([from, to]) => [from, to.split('+')] as const),
    ),
  });
  rest(pools, setting);
  const router = createRouter({
    ...{ pools, directory, clock },
    providers: createProviderRegistry(),
    ...(bounds && { bounds }),
  });
  const policy = {
    ownerId: 1,
    level: setting.level ?? 0,
    modelMappers: (setting.user ?? []).map(pairs),
    allowModels: (setting.allow ?? []).map((list) => list.split(',')),
    allowLevels: setting.allowLevels && new Set(setting.allowLevels),
  };
  return {
    router,
    pools,
    plan(model) {
      const plan = router.plan({ policy, model });
      return isFailure(plan) ? `!${plan.code}` : plan;
    },
  };
}

/**
 * The targets in the order in which they are tried when all fail, as `model@level:keys`; keys of one
 * level in the order of their names, since chance decides between them. `-` where all rest.
 */
export function walk(plan: RoutePlan | string): string {
  if (typeof plan === 'string') return plan;
  const places: { readonly at: string; readonly keys: string[] }[] = [];
  for (let candidate = plan.next(); candidate; candidate = plan.next()) {
    candidate.began();
    candidate.ended('abandoned');
    const at = `${candidate.model}@${candidate.stage.level}`;
    const last = places.at(-1);
    if (last?.at === at) last.keys.push(candidate.key.name);
    else places.push({ at, keys: [candidate.key.name] });
  }
  return places.map(({ at, keys }) => `${at}:${keys.sort().join('')}`).join(' ') || '-';
}

function rest(pools: RuntimeKeyPools, { asleep = '', paused = '' }: Setting): void {
  for (const state of pools.pool(1)?.states ?? []) {
    const { name } = state.key;
    for (const pause of words(paused)) {
      const [key, model = ''] = pause.split('/');
      if (key === name) state.end(state.begin(), model, PAUSE);
    }
    if (words(asleep).includes(name)) state.end(state.begin(), 'any', SLEEP);
  }
}

function keyOf(text: string, index: number): ProviderKey {
  const [, marks = '', name = '', level = '', models = ''] =
    /^([*?]*)(\w+)@(\d+)=(.*)$/.exec(text) ?? [];
  const config = { providerType: 'standard' as const, models: models.split('+') };
  return {
    id: index + 1,
    ownerId: 1,
    name,
    level: Number(level),
    kind: 'standard',
    baseUrl: `https://${name}.example.com`,
    host: `${name}.example.com`,
    secret: new Secret(`secret of ${name}`),
    weight: 1,
    enabled: !marks.includes('*'),
    config,
    ...(marks.includes('?') ? {} : { defaultPrice: PRICE }),
  };
}

function words(text: string): string[] {
  return text.split(' ').filter((word) => word !== '');
}

function pairs(text = ''): Map<string, string> {
  const rules = text.split(',').filter((rule) => rule !== '');
  return new Map(rules.map((rule) => rule.split('>') as [string, string]));
}

function numbers(text?: string): Map<string, number> {
  return new Map([...pairs(text)].map(([from, to]) => [from, Number(to)]));
}
