import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { answers, type SaidCall, STRUCTURED } from './answers.ts';
import type { ClientDriver } from './driver.ts';
import { testFailures, testRetries } from './failures.ts';
import { HOSTS, type HostName, wireOf } from './served-family.ts';
import type { UpstreamTurn } from './upstream-turn.ts';
import { type ClientWorld, openClientWorld, resultOf, type Seat, takeSeat } from './world.ts';

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
      for (const name of HOSTS) {
        describe(`at ${name}`, () => {
          testAnswers(driver, name, world);
          testFailures(driver, name, world);
        });
      }
      testRetries(driver, world);
    });
  }
}

/** What every client is proved to do at every family; the matrix of clients reads it. */
export type Proof = 'chat' | 'stream' | 'tools' | 'structured output';

/** A client that is pointed to a family. */
interface Place {
  readonly driver: ClientDriver;
  readonly name: HostName;
  readonly seat: () => Seat;
}

/** The tests of each. */
export const PROOFS: Readonly<Record<Proof, (place: Place) => void>> = {
  chat: (place) => testText(place, false),
  stream: (place) => testText(place, true),
  tools(place) {
    for (const isStream of [false, true]) testTools(place, isStream);
  },
  'structured output': ({ seat }) => {
    test('gets an object by a schema', async () => {
      const { served, session } = seat();
      served.upstream.handle(served.player.answer('structured'));
      assert.deepEqual(await session.askForObject('When does which port open?'), STRUCTURED);
      assert.match(served.upstream.requests.at(-1)?.body.toString() ?? '', /opens/);
    });
  },
};

function testAnswers(driver: ClientDriver, name: HostName, worldOf: () => ClientWorld): void {
  const seat = (): Seat => {
    const world = worldOf();
    const served = world.families.get(name);
    assert.ok(served);
    return takeSeat(world, driver, served);
  };
  for (const prove of Object.values(PROOFS)) prove({ driver, name, seat });
}

const formOf = (isStream: boolean): string => (isStream ? 'streamed' : 'whole');

function testText({ seat }: Place, isStream: boolean): void {
  describe(formOf(isStream), () => {
    test('shows the text and the usage that is charged', async () => {
      await seat().ask('text', { isStream });
    });

    test('shows cached tokens as they are charged', async () => {
      await seat().ask('cache', { isStream });
    });

    test('shows thoughts', async () => {
      await seat().ask('thoughts', { isStream, wantsThoughts: true });
    });
  });
}

function testTools({ driver, name, seat }: Place, isStream: boolean): void {
  describe(`tools, ${formOf(isStream)}`, () => {
    test('calls several tools at once and gives back their results', async () => {
      const here = seat();
      const said = await here.ask('calls', { isStream, wantsTools: true });
      const turn = await here.goOn(said, isStream);
      assertGoesOn(turn, driver, { name, scenario: 'calls', isStream });
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

interface FirstTurn {
  readonly name: HostName;
  readonly scenario: 'calls' | 'sealed';
  readonly isStream: boolean;
}

/** Proves that the upstream is told of the first turn what it said itself, and the results. */
function assertGoesOn(
  turn: UpstreamTurn,
  driver: ClientDriver,
  { name, scenario, isStream }: FirstTurn,
): void {
  const { calls = [], seals = [] } = answers[wireOf(name)][scenario];
  // The API of Vertex AI has no place for the ids of calls.
  const isTold = driver.forgetsCallIds === undefined && name !== 'vertex';
  const told = isTold ? turn.calls : withIds(turn.calls, calls);
  assert.deepEqual(told, calls);
  assert.deepEqual(
    turn.results.map(({ id }) => id),
    turn.calls.map(({ id }) => id),
  );
  for (const [at, call] of calls.entries()) {
    const { text } = turn.results[at]!;
    assert.ok(text.includes(resultOf(call)), text);
  }
  const isLost = driver.losesSeals?.(wireOf(name), isStream) !== undefined;
  // Where a seal is lost, or never was, Google's upstreams get one of the stand-ins that they take.
  const own = turn.seals.filter((seal) => seals.includes(seal));
  if (isLost) assert.ok(own.length < seals.length || seals.length === 0);
  else assert.deepEqual(own, seals);
}

function withIds(calls: readonly SaidCall[], ids: readonly SaidCall[]): readonly SaidCall[] {
  return calls.map((call, at) => ({ ...call, id: ids[at]?.id ?? '' }));
}
