import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock, createSeededRandom } from '@meridian/testkit';
import { type Failure, isFailure, ONE, type Picodollars, Secret } from '../kernel/index.ts';
import type { Price } from '../metering/index.ts';
import { createProviderRegistry, parseBaseUrl } from '../providers/index.ts';
import type { RouteExplanation } from './explain.ts';
import { createKeyPools } from './key-pools.ts';
import { parseModelFailover, parseModelMapper } from './mapping-text.ts';
import { readOwnerRouting } from './owner-routing.ts';
import { createRouter } from './router.ts';
import type {
  ModelDirectory,
  OwnerRouting,
  ProviderKey,
  RoutePlan,
  RoutingPolicy,
} from './types.ts';

const ALIASES: Readonly<Record<string, string>> = {
  'gpt-4o-2024-08-06': 'gpt-4o',
  'openai/gpt-4o': 'gpt-4o',
  'claude-sonnet-4.6': 'claude-sonnet-4-6',
  'claude-sonnet-latest': 'claude-sonnet-4-6',
};
const PRICED =
  'gpt-4o gpt-4o-mini gpt-4.1 o1 claude-sonnet-4-6 claude-haiku-4-5 sandbox-chat'.split(' ');
const KNOWN = [...PRICED, 'gpt-unpriced'];
const HOSTS: Readonly<Record<string, string>> = {
  openai: 'https://api.openai.com',
  anthropic: 'https://api.anthropic.com',
  proxy: 'https://llm.example.com',
  ollama: 'http://localhost:11434',
  sandbox: 'http://sandbox',
};

function priceNamed(source: string): Price {
  return { rates: { input: 1n as Picodollars }, tiers: [], multiplier: ONE, source };
}
const prices = new Map(PRICED.map((model) => [model, priceNamed(model)]));

const directory: ModelDirectory = {
  canonical: (name) => ALIASES[name] ?? name,
  knows: (canonical) => KNOWN.includes(canonical),
  price: ({ model, defaultPrice }) => prices.get(model) ?? defaultPrice,
};

/** A key from `level host`, with `off`, `free`, `models=glob` or `maps=glob` behind; ids count from 1. */
function keyFrom(text: string, index: number): ProviderKey {
  const [level, at = '', ...options] = text.split(' ');
  const { baseUrl, host } = parseBaseUrl(HOSTS[at]!)!;
  const option = (name: string): string | undefined =>
    options.find((given) => given.startsWith(`${name}=`))?.slice(name.length + 1);
  const [models, maps] = [option('models'), option('maps')];
  return {
    id: index + 1,
    ownerId: 1,
    name: `key ${index + 1}`,
    level: Number(level),
    kind: at === 'sandbox' ? 'sandbox' : 'standard',
    baseUrl,
    host,
    secret: new Secret(`secret ${index + 1}`),
    weight: 1,
    enabled: !options.includes('off'),
    config: {
      providerType: 'standard',
      ...(models ? { models: [models] } : {}),
      ...(maps ? { modelMapping: new Map([[maps, 'deployment']]) } : {}),
    },
    ...(options.includes('free') ? { defaultPrice: priceNamed('key') } : {}),
  };
}

/** Columns: fact | keys `level host options` | model asked for | settings | stages, or the failure. */
const tables = {
  mapping: `
    a plain model goes to its key | 1 openai | gpt-4o | | gpt-4o@1
    an alias resolves first | 1 openai, 2 anthropic | claude-sonnet-4.6 | | claude-sonnet-4-6@2
    a vendor prefix is an alias | 1 openai | openai/gpt-4o | | gpt-4o@1
    the user maps | 1 openai | gpt-4o | user gpt-4o=gpt-4.1 | gpt-4.1@1
    the user maps by pattern | 1 openai | gpt-3.5-turbo | user gpt-3.5*=gpt-4o-mini | gpt-4o-mini@1
    an exact rule beats a pattern | 1 openai | gpt-4o | user gpt*=o1, gpt-4o=gpt-4.1 | gpt-4.1@1
    a longer pattern beats a shorter | 1 openai | gpt-4o | user gpt*=o1, gpt-4*=gpt-4.1, *=o1 | gpt-4.1@1
    a star may stand anywhere | 1 openai | my-gpt-x | user *gpt*=gpt-4.1 | gpt-4.1@1
    rules match the canonical name | 1 openai | gpt-4o-2024-08-06 | user gpt-4o=gpt-4.1 | gpt-4.1@1
    the name as given comes first | 1 openai | openai/gpt-4o | user gpt-4o=o1, openai/gpt-4o=gpt-4.1 | gpt-4.1@1
    one mapping per stage: no chains | 1 openai | a | user a=gpt-4o, gpt-4o=o1 | gpt-4o@1
    no loops | 1 openai | gpt-4o | user gpt-4o=o1, o1=gpt-4o | o1@1
    the nearest account decides | 1 openai | a | user a=gpt-4o / a=o1 | gpt-4o@1
    an ancestor decides where the account has no rule | 1 openai | a | user b=gpt-4o / a=o1 | o1@1
    its pattern beats the parent's exact rule | 1 openai | a | user *=gpt-4o / a=o1 | gpt-4o@1
    the owner maps | 1 openai | a | owner a=o1 | o1@1
    the owner maps what the user stage gives | 1 openai | a | user a=b; owner b=o1 | o1@1
    the owner's map runs once | 1 openai | a | owner a=gpt-4o, gpt-4o=o1 | gpt-4o@1
    a user rule of the same pattern hides | 1 openai | gpt-4o | user gpt-4o=gpt-4o; owner gpt-4o=o1 | gpt-4o@1
    a hidden pattern leaves others | 1 openai | gpt-4o | user gpt*=gpt-4o; owner gpt*=o1, gpt-4*=gpt-4.1 | gpt-4.1@1
    an ancestor's rule hides too | 1 openai | gpt-4o | user x=y / gpt-4o=gpt-4o; owner gpt-4o=o1 | gpt-4o@1
    a mapping may lead to an alias | 1 openai, 2 anthropic | a | user a=claude-sonnet-latest | claude-sonnet-4-6@2`,
  allowing: `
    an allowed model passes | 1 openai | gpt-4o | allow gpt-4o | gpt-4o@1
    a model that is not allowed is refused | 1 openai | o1 | allow gpt* | model_not_allowed
    every list on the path must allow it | 1 openai | gpt-4o | allow gpt* / o1 | model_not_allowed
    an empty list denies all | 1 openai | gpt-4o | allow - | model_not_allowed
    the canonical name is enough | 1 openai | gpt-4o-2024-08-06 | allow gpt-4o | gpt-4o@1
    the name as given is enough | 1 openai | openai/gpt-4o | allow openai/* | gpt-4o@1
    the check comes after the user's mapping | 1 openai | a | user a=gpt-4o; allow gpt-4o | gpt-4o@1
    mapping away does not help | 1 openai | gpt-4o | user gpt-4o=o1; allow gpt-4o | model_not_allowed
    the check comes before the owner's map | 1 openai | gpt-4o | owner gpt-4o=o1; allow gpt-4o | o1@1
    backups are not checked | 1 openai | gpt-4o | failover gpt-4o=o1; allow gpt-4o | gpt-4o@1 o1@1`,
  levels: `
    a rule decides the level | 1 proxy, 2 proxy | gpt-4o | levels gpt*=2 | gpt-4o@2
    a rule beats the account's level | 1 proxy, 2 proxy | gpt-4o | levels gpt*=2; level 1 | gpt-4o@2
    the account's level comes next | 1 proxy, 2 proxy | gpt-4o | level 2 | gpt-4o@2
    else the lowest that serves it | 1 openai, 2 anthropic | claude-haiku-4-5 | | claude-haiku-4-5@2
    an unknown host may serve anything | 1 proxy, 2 openai | gpt-4o | | gpt-4o@1
    rules see the mapped model | 1 openai, 2 anthropic | a | owner a=claude-haiku-4-5; levels a=1, cl*=2 | claude-haiku-4-5@2
    rules match as given or canonical | 1 openai, 2 proxy | openai/gpt-4o | levels gpt-4o=1, *=2 | gpt-4o@1
    the longest pattern decides | 1 proxy, 2 proxy | gpt-4o | levels *=1, gpt-4*=2, gpt*=1 | gpt-4o@2
    a disabled key is no key | 1 openai off, 2 proxy | gpt-4o | | gpt-4o@2
    a level may mix vendors | 1 anthropic, 1 openai | gpt-4o | | gpt-4o@1
    a rule may send a new name to any key | 1 anthropic | gpt-4o | levels gpt*=1 | gpt-4o@1
    a key serves what it maps | 1 anthropic, 2 openai maps=cl* | claude-haiku-4-5 | level 2 | claude-haiku-4-5@2
    a mapping of everything serves everything | 1 anthropic maps=* | gpt-4o | | gpt-4o@1
    but not our own models | 1 proxy maps=* | sandbox-chat | | no_provider_key
    a list of models goes before a mapping | 1 anthropic maps=* models=o1 | gpt-4o | | no_provider_key
    an account's level alone does not | 1 anthropic | gpt-4o | level 1 | no_provider_key
    a key's own models decide | 1 proxy models=llama*, 2 proxy | gpt-4o | | gpt-4o@2
    allowed levels let through | 1 openai | gpt-4o | levels gpt*=1; allowLevels 1 | gpt-4o@1
    other levels are refused | 1 openai, 2 proxy | gpt-4o | levels gpt*=1; allowLevels 2 | permission_denied
    the lowest allowed level is taken | 1 proxy, 2 proxy | gpt-4o | allowLevels 2 | gpt-4o@2`,
  failing: `
    an owner without keys | | gpt-4o | | no_provider_key
    an owner with disabled keys only | 1 openai off | gpt-4o | | no_provider_key
    a known model that no key serves | 1 openai | claude-haiku-4-5 | | no_provider_key
    a rule to a level without keys | 1 openai | gpt-4o | levels gpt*=7 | no_provider_key
    a model that nobody knows | 1 openai | nonsense | | model_not_found
    nor with a rule for everything | 1 openai | nonsense | levels *=1 | model_not_found
    what an unknown host may serve has no price | 1 proxy | nonsense | | model_not_priced
    a known model without a price | 1 openai | gpt-unpriced | | model_not_priced
    a key's default price is a price | 1 ollama free | nonsense | | nonsense@1
    the sandbox serves its own models | 1 sandbox | sandbox-chat | | sandbox-chat@1
    not even where a rule leads to it | 1 sandbox | gpt-4o | levels gpt*=1 | no_provider_key
    the sandbox serves nothing else | 1 sandbox | gpt-4o | | no_provider_key
    an unknown host is not asked for its models | 1 proxy | sandbox-chat | | no_provider_key
    a backup serves in its place | 2 anthropic | o1 | failover o1=claude-haiku-4-5 | claude-haiku-4-5@2`,
  stages: `
    backups on their own levels | 1 openai, 2 anthropic | o1 | failover o1=gpt-4o, o1=gpt-4o | invalid_request
    backups follow in order | 1 openai, 2 anthropic | o1 | failover o1=gpt-4o@claude-haiku-4-5 | o1@1 gpt-4o@1 claude-haiku-4-5@2
    then SwitchOver | 1 openai, 2 proxy, 3 proxy | o1 | levels *=1; failover o1=gpt-4o; switchOver 1=2, 2=3 | o1@1 gpt-4o@1 o1@2 o1@3
    mutual SwitchOver ends | 1 openai, 2 proxy | o1 | levels *=1; switchOver 1=2, 2=1 | o1@1 o1@2
    other levels' SwitchOver is idle | 1 openai, 2 proxy, 3 proxy | o1 | levels *=1; switchOver 2=3 | o1@1
    a level that cannot serve is left out | 1 openai, 2 anthropic, 3 proxy | o1 | levels *=1; switchOver 1=2, 2=3 | o1@1 o1@3
    forbidden levels are left out | 1 openai, 2 proxy, 3 proxy | o1 | switchOver 1=2, 2=3; allowLevels 1,3 | o1@1 o1@3
    and bind backups too | 1 openai, 2 anthropic | o1 | failover o1=claude-haiku-4-5; allowLevels 1 | o1@1
    backups without a price are left out | 1 openai | o1 | failover o1=gpt-unpriced@gpt-4o | o1@1 gpt-4o@1
    failover sees the mapped model | 1 openai | a | user a=gpt-4o; failover a=gpt-4.1, gpt-4o=o1 | gpt-4o@1 o1@1
    failover rules may be patterns | 1 openai | gpt-4o | failover gpt*=o1 | gpt-4o@1 o1@1
    failover does not chain | 1 openai | gpt-4o | failover gpt-4o=o1, o1=gpt-4.1 | gpt-4o@1 o1@1
    a model is no backup of itself | 1 openai | o1 | failover o1=o1@gpt-4o | o1@1 gpt-4o@1
    a sleeping level is replaced | 1 openai, 2 proxy, 3 proxy | o1 | levels *=1; switchOver 1=2, 2=3; asleep 1 | o1@2 o1@3
    by the first that is awake | 1 openai, 2 proxy, 3 proxy | o1 | levels *=1; switchOver 1=2, 2=3; asleep 1,2 | o1@3 o1@2
    one key awake keeps the level | 1 openai, 1 openai, 2 proxy | o1 | levels *=1; switchOver 1=2; asleep 1 | o1@1 o1@2
    backups' levels are replaced too | 1 openai, 2 anthropic, 3 proxy | o1 | failover o1=claude-haiku-4-5; levels o1=1, cl*=2; switchOver 2=3; asleep 2 | o1@1 claude-haiku-4-5@3
    nothing is replaced where all sleep | 1 openai, 2 proxy | o1 | levels *=1; switchOver 1=2; asleep 1,2 | o1@1 o1@2`,
};

/** The stages `model@level` of a row, or the code of its failure. */
function planned(row: Row): string {
  const clock = createFakeClock();
  const pools = createKeyPools({ clock, random: createSeededRandom(1) });
  const routing = routingOf(row);
  if (isFailure(routing)) return routing.code;
  pools.replace(routing);
  for (const id of numbers(row, 'asleep')) {
    const state = pools.pool(1)!.states.find(({ key }) => key.id === id)!;
    state.end(state.begin(), '', { retry: true, cause: 'auth', sleep: { kind: 'now' } });
  }
  const router = createRouter({ pools, directory, providers: createProviderRegistry(), clock });
  const input = { policy: policyOf(row), model: row.ask };
  const plan = router.plan(input);
  assert.equal(router.reaches(input), !isFailure(plan));
  assertExplained(router.explain(input), plan);
  if (isFailure(plan)) return plan.code;
  return plan.stages.map(({ model, level }) => `${model}@${level}`).join(' ');
}

/** An explanation is of the plan that would be made: the same refusal, stages and keys, in order. */
function assertExplained(explanation: RouteExplanation, plan: RoutePlan | Failure): void {
  const { failure, stages, names } = explanation;
  const ordered = stages
    .filter(({ order }) => order !== undefined)
    .sort((a, b) => Number(a.order) - Number(b.order));
  if (isFailure(plan)) {
    assert.equal(failure?.code, plan.code);
    assert.deepEqual(ordered, []);
    return;
  }
  assert.equal(failure, undefined);
  assert.deepEqual(names, plan.names);
  assert.equal(explanation.retryAfterSeconds, plan.retryAfterSeconds());
  const places = ordered.map(({ model, level, reason }) => ({ model, level, reason }));
  const planned = plan.stages.map(({ model, level, reason }) => ({ model, level, reason }));
  assert.deepEqual(places, planned);
  const named = new Set(ordered.flatMap(({ candidates }) => candidates.map(({ key }) => key.id)));
  for (let next = plan.next(); next; next = plan.next()) {
    assert.ok(named.has(next.key.id), `key ${next.key.id} is no candidate`);
  }
}

interface Row {
  readonly fact: string;
  readonly keys: readonly string[];
  readonly ask: string;
  readonly settings: ReadonlyMap<string, string>;
  readonly gives: string;
}

function rowOf(line: string): Row {
  const [fact = '', keys = '', ask = '', settings = '', gives = ''] = line
    .split('|')
    .map((cell) => cell.trim());
  const pairs = list(settings, ';').map((setting) => {
    const space = setting.indexOf(' ');
    return [setting.slice(0, space), setting.slice(space + 1)] as const;
  });
  return { fact, keys: list(keys, ','), ask, settings: new Map(pairs), gives };
}

function list(text: string, separator: string): string[] {
  const parts = text.split(separator).map((part) => part.trim());
  return parts.filter((part) => part !== '' && part !== '-');
}

function numbers({ settings }: Row, name: string): number[] {
  return list(settings.get(name) ?? '', ',').map(Number);
}

function routingOf({ keys, settings }: Row): OwnerRouting | Failure {
  const modelFailover = parseModelFailover(
    settings.get('failover')?.replaceAll('@', '|') ?? '',
    '',
  );
  if (isFailure(modelFailover)) return modelFailover;
  const stored = {
    MODEL_MAPPER: settings.get('owner'),
    LEVEL_MAPPER: settings.get('levels'),
    SWITCH_OVER: settings.get('switchOver'),
  };
  const snapshot = readOwnerRouting({ ownerId: 1, keys: keys.map(keyFrom), settings: stored });
  return { ...snapshot, modelFailover };
}

function policyOf(row: Row): RoutingPolicy {
  const { settings } = row;
  const maps = list(settings.get('user') ?? '', ' / ').map((text) => parseModelMapper(text, ''));
  const allow = settings.get('allow');
  return {
    ownerId: 1,
    level: numbers(row, 'level')[0] ?? 0,
    modelMappers: maps.filter((map) => map instanceof Map),
    allowModels: allow?.split(' / ').map((text) => list(text, ',')) ?? [],
    allowLevels: settings.has('allowLevels') ? new Set(numbers(row, 'allowLevels')) : undefined,
  };
}

for (const [group, text] of Object.entries(tables)) {
  test(`routing: ${group}`, async (t) => {
    const rows = text.trim().split('\n').map(rowOf);
    assert.ok(rows.length >= 10);
    for (const row of rows) await t.test(row.fact, () => assert.equal(planned(row), row.gives));
  });
}
