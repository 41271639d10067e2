import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSeededRandom, fixture, fixtureNames } from '@meridian/testkit';
import { isFailure } from '../../kernel/index.ts';
import { BrokenStream } from '../dialect.ts';
import type { NeutralRequest } from '../neutral/request.ts';
import { decodeMessages } from './decode.ts';
import { messagesClient, messagesUpstream } from './index.ts';
import { RequestMaker, targetOf } from './request-world.ts';

const FOLDER = 'anthropic-messages';
const ROUNDS = 40;
const SHOWN = { model: 'm', requestId: 'r', createdAt: 1 };

const random = createSeededRandom(99);
const ODD: readonly unknown[] = [
  null,
  -1,
  1e300,
  '',
  'x',
  [],
  {},
  [null],
  true,
  [[{}]],
  { type: 7 },
];

function pick<T>(values: readonly T[]): T {
  return values[Math.floor(random.fraction() * values.length)] as T;
}

/** A copy in which a few values are something else. */
function damaged(value: unknown, chance: number): unknown {
  if (random.fraction() < chance) return pick(ODD);
  if (Array.isArray(value)) return value.map((each) => damaged(each, chance));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(() => random.fraction() > chance / 2);
  return Object.fromEntries(entries.map(([name, each]) => [name, damaged(each, chance)]));
}

const whole = fixtureNames(FOLDER, 'json');

describe('no answer of an upstream breaks the reader', () => {
  for (const name of whole) {
    test(name, () => {
      const answer = JSON.parse(fixture(`${FOLDER}/${name}.json`).toString());
      for (let round = 0; round < ROUNDS; round++) {
        const body = Buffer.from(JSON.stringify(damaged(answer, 0.1)));
        const read = messagesUpstream.decodeAnswer(body);
        if (read) messagesClient.encodeAnswer(read, SHOWN);
        assert.equal(typeof messagesUpstream.readError(body).message, 'string');
      }
    });
  }
});

describe('no stream of an upstream breaks the reader but by breaking the protocol', () => {
  for (const name of fixtureNames(FOLDER, 'sse')) {
    test(name, () => {
      const events = fixture(`${FOLDER}/${name}.sse`).toString().split('\n\n');
      for (let round = 0; round < ROUNDS; round++) {
        const reader = messagesUpstream.openReader();
        const writer = messagesClient.openWriter({ ...SHOWN, wantsUsage: true });
        const stream = events.map((event) => `${damagedEvent(event)}\n\n`).join('');
        try {
          const read = [...reader.push(Buffer.from(stream)), ...reader.end()];
          for (const event of read) writer.write(event);
          writer.finish(undefined);
        } catch (error) {
          assert.ok(error instanceof BrokenStream, String(error));
        }
      }
    });
  }

  function damagedEvent(event: string): string {
    const [head, data] = event.split('\ndata: ');
    if (data === undefined || random.fraction() < 0.05) return '';
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch {
      return event;
    }
    return `${head}\ndata: ${JSON.stringify(damaged(value, 0.03))}`;
  }
});

test('no request of a client breaks the reader but by a refusal', () => {
  const maker = new RequestMaker(random);
  const wishes = { reasoning: [{ isAdaptive: true }, { budget: 2000 }], sampling: [{ topK: 3 }] };
  const models = ['claude-opus-5', 'claude-sonnet-4-5', 'claude-3-haiku-20240307', 'other'];
  let read = 0;
  for (let round = 0; round < 20 * ROUNDS; round++) {
    const target = targetOf(pick(models));
    const { body } = messagesUpstream.encodeRequest(maker.request(wishes), target);
    const given = damaged(JSON.parse(body.toString()), 0.02);
    let request: NeutralRequest;
    try {
      request = messagesClient.decodeRequest(decodeMessages(Buffer.from(JSON.stringify(given))));
    } catch (error) {
      assert.ok(isFailure(error) && error.fault === 'client', String(error));
      continue;
    }
    read++;
    for (const model of models) messagesUpstream.encodeRequest(request, targetOf(model));
  }
  assert.ok(read > 100, `${read} were read`);
});
