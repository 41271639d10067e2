import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom, fixture, fixtureNames } from '@meridian/testkit';
import { isFailure, type Random } from '../../kernel/index.ts';
import { BrokenStream } from '../dialect.ts';
import { fieldsOf, isFields } from '../json/values.ts';
import { decodeGemini } from './decode.ts';
import { geminiClient, geminiUpstream } from './index.ts';
import { randomRequest } from './random-world.ts';

const ODD = [null, 7, -1, 'odd', '', [], [null], {}, { a: null }, true, 1e300];
const MUTANTS = 60;
const TARGET = { model: 'gemini-3.6-flash', canonical: 'gemini-3.6-flash', includeUsage: true };

/** The value with one of its nodes replaced by something else. */
function mutated(value: unknown, random: Random): unknown {
  const below = (limit: number) => Math.floor(random.fraction() * limit);
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const key = keys[below(keys.length)];
  if (key === undefined || below(6) === 0) return ODD[below(ODD.length)];
  const inside = mutated((value as Record<string, unknown>)[key], random);
  if (Array.isArray(value)) return value.with(Number(key), inside);
  return { ...(value as object), [key]: inside };
}

const names = fixtureNames('gemini', 'json').filter((name) => !name.startsWith('error-'));

for (const name of names) {
  test(`${name}: whatever is odd in an answer, reading and writing it throws nothing`, () => {
    const answer: unknown = JSON.parse(fixture(`gemini/${name}.json`).toString());
    for (let seed = 0; seed < MUTANTS; seed++) {
      const mutant = JSON.stringify(mutated(answer, createSeededRandom(seed)));
      const read = geminiUpstream.decodeAnswer(Buffer.from(mutant));
      const shown = { model: 'm', requestId: 'r', createdAt: 1, wantsUsage: true };
      if (read) geminiClient.encodeAnswer(read, shown);
      const reader = geminiUpstream.openReader();
      const writer = geminiClient.openWriter(shown);
      try {
        for (const event of reader.push(Buffer.from(`data: ${mutant}\n\n`))) writer.write(event);
        reader.end();
      } catch (error) {
        assert.ok(error instanceof BrokenStream, `${mutant}: ${String(error)}`);
      }
    }
  });
}

test('whatever is odd in a request, it is read or refused', () => {
  let refused = 0;
  for (let seed = 0; seed < 1_500; seed++) {
    const random = createSeededRandom(seed);
    const { body } = geminiUpstream.encodeRequest(randomRequest(random), TARGET);
    const mutant = mutated(JSON.parse(body.toString()), random);
    if (!isFields(fieldsOf(mutant))) continue;
    try {
      const call = decodeGemini(Buffer.from(JSON.stringify(mutant)), { model: 'm' });
      geminiUpstream.encodeRequest(geminiClient.decodeRequest(call), TARGET);
    } catch (error) {
      refused++;
      assert.ok(isFailure(error), `${JSON.stringify(mutant)}: ${String(error)}`);
      assert.equal(error.status, 400);
    }
  }
  assert.ok(refused > 50 && refused < 1_450, `${refused} refused`);
});
