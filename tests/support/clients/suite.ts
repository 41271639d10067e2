import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { FamilyName } from '@meridian/testkit';
import { answers, type SaidCall, STRUCTURED } from './answers.ts';
import type { ClientDriver } from './driver.ts';
import { testFailures, testRetries } from './failures.ts';
import type { UpstreamTurn } from './upstream-turn.ts';
import {
  type ClientWorld,
  FAMILIES,
  openClientWorld,
  resultOf,
  type Seat,
  takeSeat,
} from './world.ts';

/** Proves of clients that they work at every family of upstreams; one server for all of them. */
export function testClients(drivers: readonly ClientDriver[]): void {
  let opened: ClientWorld | undefined;
  const world = (): ClientWorld => {
    assert.ok(opened);
    return opened;
  };
  before(async () => {
    opened = await openClientWorld();
  });
  after(() => opened?.[Symbol.asyncDispose]());
  for (const driver of drivers) {
    describe(driver.name, () => {
      for (const name of FAMILIES) {
        describe(`at ${name}`, () => {
          testAnswers(driver, name, world);
          testFailures(driver, name, world);
        });
      }
      testRetries(driver, world);
    });
  }
}

function testAnswers(driver: ClientDriver, name: FamilyName, worldOf: () => ClientWorld): void {
  const seat = (): Seat => {
    const world = worldOf();
    const served = world.families.get(name);
    assert.ok(served);
    return takeSeat(world, driver, served);
  };

  for (const isStream of [false, true]) {
    describe(isStream ? 'streamed' : 'whole', () => {
      test('shows the text and the usage that is charged', async () => {
        await seat().ask('text', { isStream });
      });

      test('shows cached tokens as they are charged', async () => {
        await seat().ask('cache', { isStream });
      });

      test('calls several tools at once and gives back their results', async () => {
        const here = seat();
        const said = await here.ask('calls', { isStream, wantsTools: true });
        const turn = await here.goOn(said, isStream);
        assertGoesOn(turn, driver, { name, scenario: 'calls', isStream });
      });

      test('shows thoughts', async () => {
        await seat().ask('thoughts', { isStream, wantsThoughts: true });
      });

      test('gives back what only the upstream can read', async () => {
        const here = seat();
        const ask = { isStream, wantsTools: true, wantsThoughts: true };
        const said = await here.ask('sealed', ask);
        const turn = await here.goOn(said, isStream);
        assertGoesOn(turn, driver, { name, scenario: 'sealed', isStream });
      });
    });
  }

  test('gets an object by a schema', async () => {
    const { served, session } = seat();
    served.upstream.handle(served.player.answer('structured'));
    assert.deepEqual(await session.askForObject('When does which port open?'), STRUCTURED);
    assert.match(served.upstream.requests.at(-1)?.body.toString() ?? '', /opens/);
  });
}

interface FirstTurn {
  readonly name: FamilyName;
  readonly scenario: 'calls' | 'sealed';
  readonly isStream: boolean;
}

/** Proves that the upstream is told of the first turn what it said itself, and the results. */
function assertGoesOn(
  turn: UpstreamTurn,
  driver: ClientDriver,
  { name, scenario, isStream }: FirstTurn,
): void {
  const { calls = [], seals = [] } = answers[name][scenario];
  const told = driver.forgetsCallIds === undefined ? turn.calls : withIds(turn.calls, calls);
  assert.deepEqual(told, calls);
  assert.deepEqual(
    turn.results.map(({ id }) => id),
    turn.calls.map(({ id }) => id),
  );
  for (const [at, call] of calls.entries()) {
    const { text } = turn.results[at]!;
    assert.ok(text.includes(resultOf(call)), text);
  }
  const isLost = driver.losesSeals?.(name, isStream) !== undefined;
  // Where a seal is lost, or never was, Google's upstreams get one of the stand-ins that they take.
  const own = turn.seals.filter((seal) => seals.includes(seal));
  if (isLost) assert.ok(own.length < seals.length || seals.length === 0);
  else assert.deepEqual(own, seals);
}

function withIds(calls: readonly SaidCall[], ids: readonly SaidCall[]): readonly SaidCall[] {
  return calls.map((call, at) => ({ ...call, id: ids[at]?.id ?? '' }));
}
