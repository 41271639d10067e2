import assert from 'node:assert/strict';
import { type Service, startService } from '../service.ts';
import { answers, type Buckets, type FixtureAnswer, type Scenario } from './answers.ts';
import type { Ask, ClientDriver, ClientSession, Said, ShownUsage } from './driver.ts';
import { type SeenRequests, watchRequests } from './seen-requests.ts';
import { createFamilyMaker, HOSTS, type HostName, type ServedFamily } from './served-family.ts';
import { readTurn, type UpstreamTurn } from './upstream-turn.ts';

/** What clients are asked. */
export const QUESTION = 'What do the fixtures say?';

/** A server with an upstream of every family, for the tests of one file. */
export interface ClientWorld extends AsyncDisposable {
  readonly service: Service;
  readonly seen: SeenRequests;
  /** The families that answer; those that fail are made by a test for itself. */
  readonly families: ReadonlyMap<HostName, ServedFamily>;
  addFamily(name: HostName): Promise<ServedFamily>;
}

/** Starts the server. */
export async function openClientWorld(): Promise<ClientWorld> {
  await using stack = new AsyncDisposableStack();
  const service = stack.use(await startService());
  const seen = stack.use(watchRequests(() => service.url));
  const addFamily = createFamilyMaker(service);
  const families = new Map<HostName, ServedFamily>();
  for (const name of HOSTS) families.set(name, stack.use(await addFamily(name)));
  const owned = stack.move();
  return {
    service,
    seen,
    families,
    addFamily,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** A client at a family. */
export interface Seat {
  readonly served: ServedFamily;
  readonly session: ClientSession;
  /** Asks where the upstream is to answer a scenario, and proves what the client makes of it. */
  ask(scenario: Scenario, ask: Ask): Promise<Said>;
  /** Goes on with a second turn, and gives what the upstream is told of the first. */
  goOn(said: Said, isStream: boolean): Promise<UpstreamTurn>;
}

/** The text of a tool's result. */
export const resultOf = ({ id, name }: { readonly id: string; readonly name: string }): string =>
  `result of ${name} for ${id}`;

/** Seats a client. */
export function takeSeat(
  world: ClientWorld,
  driver: ClientDriver,
  served: ServedFamily,
  maxRetries = 0,
): Seat {
  const { apiKey, model, family, upstream, player } = served;
  const session = driver.connect({ url: world.service.url, apiKey, model, maxRetries });

  async function prove(said: Said, expected: FixtureAnswer, isStream: boolean): Promise<void> {
    assert.equal(said.text, expected.text);
    assert.deepEqual(said.calls, expected.calls ?? []);
    assertShown(said.usage, expected.usage);
    const record = await world.service.usageOf(world.seen.latestId);
    assert.deepEqual(billed(record.usage), expected.usage);
    assert.equal(record.usage_source, 'provider');
    assert.equal(record.outcome, 'complete');
    assert.equal(record.streamed, isStream);
  }

  return {
    served,
    session,
    async ask(scenario, ask) {
      const expected = answers[family.name][scenario];
      upstream.handle(player.answer(expected.fixture));
      const said = await session.ask(QUESTION, ask);
      await prove(said, expected, ask.isStream);
      if (scenario === 'thoughts' && driver.hidesThoughts === undefined) {
        // Some join the parts of a summary with an empty line between them, some without.
        assert.equal(withoutSpace(said.thoughts), withoutSpace(expected.thoughts));
      }
      return said;
    },
    async goOn(said, isStream) {
      const expected = answers[family.name].text;
      upstream.handle(player.answer(expected.fixture));
      await prove(await said.next(resultOf), expected, isStream);
      const request = upstream.requests.at(-1);
      return readTurn(family.name, request?.json());
    },
  };
}

const withoutSpace = (text = ''): string => text.replaceAll(/\s/g, '');

/** The buckets of a record that are not zero. */
function billed(usage: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(usage).filter(([, count]) => count !== 0));
}

/** Proves that a client shows what is charged, as far as it shows it. */
function assertShown(shown: ShownUsage, buckets: Buckets): void {
  const { input = 0, cacheRead = 0, cacheWrite5m = 0, cacheWrite1h = 0 } = buckets;
  const { output = 0, reasoning = 0 } = buckets;
  const cacheWrite = cacheWrite5m + cacheWrite1h;
  const charged = {
    input: input + cacheRead + cacheWrite,
    cacheRead,
    cacheWrite,
    output: output + reasoning,
    answer: output,
    reasoning,
  };
  assert.deepEqual({ ...charged, ...shown }, charged);
}
