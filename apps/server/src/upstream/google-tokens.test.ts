import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '@meridian/core/kernel';
import type { ServiceAccount, TransportFault } from '@meridian/core/providers';
import { createFakeClock } from '@meridian/testkit';
import { createGoogleTokens, type FetchedToken } from './google-tokens.ts';

const HOUR_MS = 3_600_000;
const REFUSED: TransportFault = { kind: 'credentials', message: 'invalid_grant' };

function accountOf(name: string, key = `pem of ${name}`): ServiceAccount {
  return { projectId: 'p', clientEmail: `${name}@p.test`, privateKey: new Secret(key) };
}

/** Tokens whose every fetch waits until it is answered. */
function createWorld() {
  const clock = createFakeClock();
  const waiting: PromiseWithResolvers<FetchedToken | TransportFault>[] = [];
  const tokens = createGoogleTokens({
    clock,
    exchange: () => {
      const answer = Promise.withResolvers<FetchedToken | TransportFault>();
      waiting.push(answer);
      return answer.promise;
    },
  });
  return {
    clock,
    tokens,
    waiting,
    give(token: string, lifetimeMs = HOUR_MS) {
      waiting.at(-1)?.resolve({ token, lifetimeMs });
    },
  };
}

test('callers at the same time share one fetch, later ones the token, also of a reloaded key', async () => {
  const { tokens, waiting, give } = createWorld();
  const account = accountOf('a');
  assert.equal(tokens.current(account, 'public'), undefined);
  const both = Promise.all([
    tokens.fetch(account, 'public'),
    tokens.fetch(accountOf('a'), 'public'),
  ]);
  give('first');
  assert.deepEqual(await both, ['first', 'first']);
  assert.equal(tokens.current(account, 'public'), 'first');
  assert.equal(tokens.current(accountOf('a'), 'public'), 'first');
  assert.equal(waiting.length, 1);
});

test('another key of the same account, and another account, have tokens of their own', async () => {
  const { tokens, give } = createWorld();
  const first = tokens.fetch(accountOf('a'), 'public');
  give('first');
  await first;
  assert.equal(tokens.current(accountOf('a', 'rotated'), 'public'), undefined);
  assert.equal(tokens.current(accountOf('b'), 'public'), undefined);
});

test('a token is replaced in the background before it ends, once', async () => {
  const { clock, tokens, waiting, give } = createWorld();
  const account = accountOf('a');
  const first = tokens.fetch(account, 'public');
  give('first');
  await first;
  clock.advance(HOUR_MS - 300_001);
  assert.equal(tokens.current(account, 'public'), 'first');
  assert.equal(waiting.length, 1);
  clock.advance(1);
  assert.equal(tokens.current(account, 'public'), 'first');
  assert.equal(tokens.current(account, 'public'), 'first');
  assert.equal(waiting.length, 2);
  give('second');
  await tokens.fetch(account, 'public');
  assert.equal(tokens.current(account, 'public'), 'second');
});

test('a token goes on to serve while it cannot be replaced, and is asked for now and then', async () => {
  const { clock, tokens, waiting, give } = createWorld();
  const account = accountOf('a');
  const first = tokens.fetch(account, 'public');
  give('first');
  await first;
  clock.advance(HOUR_MS - 300_000);
  tokens.current(account, 'public');
  waiting.at(-1)?.resolve(REFUSED);
  await clock.advanceAsync(29_999);
  assert.equal(tokens.current(account, 'public'), 'first');
  assert.equal(waiting.length, 2);
  await clock.advanceAsync(1);
  assert.equal(tokens.current(account, 'public'), 'first');
  assert.equal(waiting.length, 3);
  clock.advance(210_000);
  assert.equal(
    tokens.current(account, 'public'),
    undefined,
    'the last minute is too short for a request',
  );
});

test('a refusal is a fault, and the next caller asks again', async () => {
  const { tokens, waiting, give } = createWorld();
  const account = accountOf('a');
  const refused = tokens.fetch(account, 'public');
  waiting.at(-1)?.resolve(REFUSED);
  assert.deepEqual(await refused, REFUSED);
  assert.equal(tokens.current(account, 'public'), undefined);
  const next = tokens.fetch(account, 'public');
  give('good');
  assert.equal(await next, 'good');
  assert.equal(waiting.length, 2);
});

test('a token that was not accepted is forgotten, a newer one is not', async () => {
  const { tokens, give } = createWorld();
  const account = accountOf('a');
  const first = tokens.fetch(account, 'public');
  give('first');
  await first;
  tokens.forget(account, 'older');
  assert.equal(tokens.current(account, 'public'), 'first');
  tokens.forget(account, 'first');
  assert.equal(tokens.current(account, 'public'), undefined);
});
