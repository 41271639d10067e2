import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createApiClient } from '@meridian/testkit';
import {
  type Counts,
  countsOfFixture,
  fixturesWithUsage,
} from './support/clients/fixture-usage.ts';
import {
  lastUsage,
  RAW_SURFACES,
  type RawSurface,
  type ToldUsage,
} from './support/clients/raw-surfaces.ts';
import { HOSTS, type HostName, wireOf } from './support/clients/served-family.ts';
import { type ClientWorld, openClientWorld } from './support/clients/world.ts';

let world: ClientWorld;
before(async () => {
  world = await openClientWorld();
});
after(() => world?.[Symbol.asyncDispose]());

/** What a surface has to tell of these buckets. */
function toldOf(counts: Counts): ToldUsage {
  const sum = (...names: readonly string[]): number =>
    names.reduce((total, name) => total + (counts[name] ?? 0), 0);
  return {
    input: sum('input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'inputAudio', 'inputImage'),
    cacheRead: sum('cacheRead'),
    cacheWrite: sum('cacheWrite5m', 'cacheWrite1h'),
    output: sum('output', 'reasoning', 'outputAudio', 'outputImage'),
    reasoning: sum('reasoning'),
  };
}

interface Asked {
  readonly name: HostName;
  readonly fixture: string;
  readonly isStream: boolean;
}

/** Asks for a fixture at a surface; proves that what is told and what is charged are its usage. */
async function prove(surface: RawSurface, { name, fixture, isStream }: Asked): Promise<void> {
  const served = world.families.get(name);
  assert.ok(served);
  const { upstream, player, model, apiKey } = served;
  upstream.handle(player.answer(fixture));
  const api = createApiClient(() => world.service.url, apiKey);
  const body = surface.body(model, isStream);
  const answer = await api.request('POST', surface.path(model, isStream), { body });
  assert.equal(answer.status, 200, answer.text);
  const record = await world.service.usageOf(answer.headers.get('x-request-id'));
  const billed = Object.entries(record.usage).filter(([, count]) => count !== 0);
  const expected = countsOfFixture(wireOf(name), fixture);
  assert.deepEqual(Object.fromEntries(billed), expected);
  assert.equal(record.usage_source, 'provider');
  const told = toldOf(expected);
  assert.deepEqual(lastUsage(surface, answer.text, isStream), told);
  // Every dialect has these two beside its own, wherever the answer comes from.
  if (told.cacheRead + (told.cacheWrite ?? 0) === 0) return;
  assert.ok(answer.text.includes(`"cache_read_tokens":${told.cacheRead}`), answer.text);
  assert.ok(answer.text.includes(`"cache_creation_tokens":${told.cacheWrite}`), answer.text);
}

for (const surface of RAW_SURFACES) {
  describe(`clients of ${surface.name} are told and charged what the upstream counted`, () => {
    for (const name of HOSTS) {
      for (const fixture of fixturesWithUsage(wireOf(name))) {
        test(`${name}: ${fixture}`, async () => {
          for (const isStream of [false, true]) await prove(surface, { name, fixture, isStream });
        });
      }
    }
  });
}
