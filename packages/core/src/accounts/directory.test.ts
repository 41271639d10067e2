import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '@meridian/testkit';
import { ONE } from '../kernel/index.ts';
import type { Account } from './account.ts';
import { plainAccount } from './defaults.ts';
import { createDirectory } from './directory.ts';
import type { KeyHolder } from './ports.ts';

function account(id: number, dna: string, isOwner = id === 1): Account {
  return {
    ...plainAccount(`name-${id}`, `${id}@example.com`, ONE),
    isOwner,
    id,
    parentId: id === 1 ? null : 1,
    dna,
    keyTail: '',
    createdAt: 0,
    updatedAt: 0,
  };
}

const root = account(1, '.1.');

/** A store that knows the keys it is told; a load waits for its turn when `isSlow`. */
function fakeStore() {
  const holders = new Map<string, KeyHolder>();
  const asked: string[] = [];
  const touched: ReadonlyMap<number, number>[] = [];
  let gate: PromiseWithResolvers<void> | undefined;
  return {
    holders,
    asked,
    touched,
    pause() {
      gate = Promise.withResolvers();
      return () => gate?.resolve();
    },
    add(key: string, id: number, namedKeyId: number | null = null) {
      const accounts = id === 1 ? [root] : [root, account(id, `.1.${id}.`)];
      holders.set(key, {
        accounts,
        ownerSettings: {},
        namedKeyId,
        scopes: null,
        validUntil: null,
      });
    },
    store: {
      async readKeyHolder(digest: string) {
        asked.push(digest);
        const answer = holders.get(digest);
        await gate?.promise;
        return answer;
      },
      async touchNamedKeys(usedAt: ReadonlyMap<number, number>) {
        touched.push(usedAt);
      },
    },
  };
}

function setUp(capacity = 100) {
  const fake = fakeStore();
  const clock = createFakeClock();
  const faults: unknown[] = [];
  const directory = createDirectory({
    store: fake.store,
    clock,
    capacity,
    onFault: (error) => faults.push(error),
  });
  return { fake, clock, directory, faults };
}

test('a key is asked for once, then looked up without waiting', async () => {
  const { fake, directory } = setUp();
  fake.add('k', 2);
  assert.equal(directory.lookup('k'), undefined);
  const loaded = await Promise.all([directory.load('k'), directory.load('k')]);
  assert.equal(loaded[0]?.accountId, 2);
  assert.equal(loaded[1], loaded[0]);
  assert.equal(directory.lookup('k'), loaded[0]);
  assert.equal(await directory.load('k'), loaded[0]);
  assert.deepEqual(fake.asked, ['k']);
});

test('a key that nobody has is not asked for again within a second', async () => {
  const { fake, clock, directory } = setUp();
  assert.equal(await directory.load('k'), undefined);
  clock.advance(900);
  assert.equal(await directory.load('k'), undefined);
  assert.equal(fake.asked.length, 1);
  fake.add('k', 2);
  clock.advance(200);
  assert.equal((await directory.load('k'))?.accountId, 2);
});

test('a key that was just made works at once, though it was tried before', async () => {
  const { fake, directory } = setUp();
  await directory.load('k');
  fake.add('k', 2);
  directory.forgetAccount(2);
  assert.equal((await directory.load('k'))?.accountId, 2);
});

test('a change of an account forgets it and all below it, and nobody else', async () => {
  const { fake, directory } = setUp();
  fake.add('root', 1);
  fake.add('two', 2);
  fake.add('three', 3);
  for (const key of ['root', 'two', 'three']) await directory.load(key);
  directory.forgetAccount(2);
  const known = () => ['root', 'two', 'three'].filter((key) => directory.lookup(key));
  assert.deepEqual(known(), ['root', 'three']);
  directory.forgetAccount(1);
  assert.deepEqual(known(), []);
  for (const key of ['root', 'two', 'three']) await directory.load(key);
  directory.forgetOwner(2);
  assert.deepEqual(known(), ['root', 'two', 'three']);
  directory.forgetOwner(1);
  assert.deepEqual(known(), []);
  await directory.load('two');
  directory.forgetAll();
  assert.deepEqual(known(), []);
});

test('what was read before a change is not remembered after it', async () => {
  const { fake, directory } = setUp();
  fake.add('k', 2);
  const resume = fake.pause();
  const loading = directory.load('k');
  fake.holders.delete('k');
  directory.forgetAccount(2);
  resume();
  assert.equal(await loading, undefined, 'it was read again');
  assert.equal(directory.lookup('k'), undefined);
  assert.equal(fake.asked.length, 2);
});

test('memory is bounded: the oldest key makes room', async () => {
  const { fake, directory } = setUp(3);
  for (let id = 2; id <= 6; id++) {
    fake.add(`k${id}`, id);
    await directory.load(`k${id}`);
  }
  const known = [2, 3, 4, 5, 6].filter((id) => directory.lookup(`k${id}`));
  assert.deepEqual(known, [4, 5, 6]);
});

test('the last use of named keys is written in the background and at the end', async () => {
  const { fake, clock, directory } = setUp();
  fake.add('own', 2);
  fake.add('named', 2, 77);
  await directory.load('own');
  await directory.load('named');
  directory.lookup('named');
  await clock.advanceAsync(29_000);
  const usedAt = clock.now();
  directory.lookup('named');
  assert.deepEqual(fake.touched, []);
  await clock.advanceAsync(1_000);
  assert.deepEqual(fake.touched, [new Map([[77, usedAt]])]);
  await clock.advanceAsync(60_000);
  assert.equal(fake.touched.length, 1);
  directory.lookup('named');
  await directory[Symbol.asyncDispose]();
  assert.deepEqual(fake.touched[1], new Map([[77, clock.now()]]));
});

test('a load that fails is not remembered', async () => {
  const { fake, directory } = setUp();
  const { readKeyHolder } = fake.store;
  fake.store.readKeyHolder = () => Promise.reject(new Error('the database is away'));
  await assert.rejects(directory.load('k'), /away/);
  fake.store.readKeyHolder = readKeyHolder;
  fake.add('k', 2);
  assert.equal((await directory.load('k'))?.accountId, 2);
});
