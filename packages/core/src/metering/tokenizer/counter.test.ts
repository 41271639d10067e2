import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { countTokens as cl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { countTokens as o200k } from 'gpt-tokenizer/encoding/o200k_base';
import { createTokenCounter, tokensOfBytes } from './counter.ts';

const TEXT = 'Größe, 世界 and <|endoftext|> 👋 are counted as plain text.';
const PLAIN = { disallowedSpecial: new Set<string>() };

/** Answers every text with 7 tokens, and dies of the text "die". */
const FRAGILE = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', ({ id, text }) => {
    if (text === 'die') process.exit(1);
    if (text === 'throw') throw new Error('on purpose');
    if (text !== 'wait') parentPort.postMessage({ id, tokens: 7 });
  });
`;

function fragile() {
  let spawned = 0;
  const crashes: string[] = [];
  const counter = createTokenCounter({
    spawn() {
      spawned++;
      return new Worker(FRAGILE, { eval: true, stderr: true });
    },
    onCrash: (error) => crashes.push((error as Error).message),
  });
  return { counter, crashes, spawned: () => spawned };
}

describe('a token counter', () => {
  it('counts with the vocabulary of the model, else with the nearest', async () => {
    await using counter = createTokenCounter();
    assert.equal(await counter.count(TEXT, 'gpt-4o'), o200k(TEXT, PLAIN));
    assert.equal(await counter.count(TEXT, 'gpt-3.5-turbo'), cl100k(TEXT, PLAIN));
    assert.equal(await counter.count(TEXT, 'claude-opus-4-7'), o200k(TEXT, PLAIN));
    assert.notEqual(o200k(TEXT, PLAIN), cl100k(TEXT, PLAIN));
  });

  it('counts a long run of one letter in little time, nearly exactly', async () => {
    await using counter = createTokenCounter();
    const tokens = await counter.count('a'.repeat(1_000_000), 'gpt-4o');
    assert.ok(tokens >= 125_000 && tokens < 130_000, String(tokens));
  });

  it('starts no thread before the first text, and none for an empty one', async () => {
    const { counter, spawned } = fragile();
    await using _ = counter;
    assert.equal(await counter.count('', 'gpt-4o'), 0);
    assert.equal(spawned(), 0);
    await Promise.all([counter.count('a', 'gpt-4o'), counter.count('b', 'gpt-4o')]);
    assert.equal(spawned(), 1);
  });

  it('answers a crash with the estimate by bytes and goes on with a new thread', async () => {
    const { counter, crashes, spawned } = fragile();
    await using _ = counter;
    for (const death of ['die', 'throw']) {
      assert.equal(await counter.count(death, 'gpt-4o'), tokensOfBytes(death));
      assert.equal(await counter.count('fine', 'gpt-4o'), 7);
    }
    assert.equal(spawned(), 3);
    assert.deepEqual(crashes, ['the thread exited with 1', 'on purpose']);
  });

  it('gives the thread up after five crashes in a row', async () => {
    const { counter, spawned } = fragile();
    await using _ = counter;
    for (let i = 0; i < 5; i++) await counter.count('die', 'gpt-4o');
    assert.equal(await counter.count('fine', 'gpt-4o'), tokensOfBytes('fine'));
    assert.equal(spawned(), 5);
  });

  it('bounds the characters that wait, not only the texts', async () => {
    const { counter } = fragile();
    await using _ = counter;
    const large = 'wait'.padEnd(1_048_576, '.');
    for (let i = 0; i < 3; i++) await counter.count('fine', 'gpt-4o');
    const waiting = Array.from({ length: 4 }, () => counter.count(large, 'gpt-4o'));
    assert.equal(await counter.count('fine', 'gpt-4o'), tokensOfBytes('fine'));
    assert.deepEqual(await Promise.all(waiting), [7, 7, 7, 7]);
    assert.equal(await counter.count('fine', 'gpt-4o'), 7);
  });

  it('estimates what is too long or too much at once', async () => {
    const { counter, spawned } = fragile();
    await using _ = counter;
    const long = 'x'.repeat(1_048_577);
    assert.equal(await counter.count(long, 'gpt-4o'), tokensOfBytes(long));
    assert.equal(spawned(), 0);
    const waiting = Array.from({ length: 256 }, () => counter.count('wait', 'gpt-4o'));
    assert.equal(await counter.count('one more', 'gpt-4o'), tokensOfBytes('one more'));
    await counter[Symbol.asyncDispose]();
    assert.deepEqual(new Set(await Promise.all(waiting)), new Set([tokensOfBytes('wait')]));
  });
});
