import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom } from '@meridian/testkit';
import type { NeutralAnswer } from '../neutral/answer.ts';
import type { Part } from '../neutral/parts.ts';
import { unwrapSeal } from '../neutral/seal.ts';
import { eventsOf } from '../neutral/testing/answer-events.ts';
import { gatherAnswer } from '../neutral/testing/gather-answer.ts';
import type { WireTarget } from '../wire.ts';
import { decodeChat } from './decode.ts';
import { chatClient, chatUpstream } from './index.ts';
import { Draw, randomAnswer, randomRequest, randomUsage } from './testing/random-neutral.ts';
import { readChatUsage } from './usage.ts';
import { writeChatUsage } from './write-usage.ts';

const RUNS = 300;
const TARGET: WireTarget = { model: 'm', canonical: 'gpt-5.6-sol', includeUsage: true };
const SHOWN = { model: 'm', requestId: '0199-cafe', createdAt: 7 };

function repeat(check: (draw: Draw) => void): void {
  for (let seed = 1; seed <= RUNS; seed++) {
    try {
      check(new Draw(createSeededRandom(seed)));
    } catch (error) {
      throw new Error(`with seed ${seed}: ${(error as Error).message}`, { cause: error });
    }
  }
}

/** Seals as a client that echoes them makes us see them. */
function echoed(answer: NeutralAnswer): NeutralAnswer {
  const choices = answer.choices.map((choice) => ({
    ...choice,
    parts: choice.parts.map(unwrapped),
  }));
  return { ...answer, choices };
}

function unwrapped(part: Part): Part {
  if (!('seal' in part) || !part.seal) return part;
  if (part.type !== 'reasoning') return { ...part, seal: unwrapSeal(part.seal.data, 'chat') };
  const { signature, data } = JSON.parse(part.seal.data) as { signature?: string; data?: string };
  const seal = unwrapSeal(signature ?? data ?? '', 'chat');
  return seal.origin === 'chat' ? part : { ...part, seal };
}

test('a request comes back as it was from the bytes for an upstream', () => {
  repeat((draw) => {
    const request = randomRequest(draw);
    const { body, losses } = chatUpstream.encodeRequest(request, TARGET);
    assert.deepEqual(losses, []);
    assert.deepEqual(chatClient.decodeRequest(decodeChat(body)), request);
  });
});

test('an answer comes back as it was from a whole answer', () => {
  repeat((draw) => {
    const answer = randomAnswer(draw);
    const again = chatUpstream.decodeAnswer(chatClient.encodeAnswer(answer, SHOWN));
    assert.deepEqual(again && echoed(again), answer);
  });
});

test('an answer comes back as it was from a stream', () => {
  repeat((draw) => {
    const answer = randomAnswer(draw);
    const writer = chatClient.openWriter({ ...SHOWN, wantsUsage: true });
    const text = eventsOf(answer).map((event) => writer.write(event));
    const bytes = Buffer.from(text.join('') + writer.finish(answer.usage));
    const reader = chatUpstream.openReader();
    const gathered = gatherAnswer([...reader.push(bytes), ...reader.end()]);
    assert.deepEqual(echoed(gathered.answer), answer);
  });
});

test('usage comes back as it was', () => {
  repeat((draw) => {
    const usage = randomUsage(draw);
    const read = readChatUsage(JSON.parse(JSON.stringify(writeChatUsage(usage))));
    assert.deepEqual(read, { usage, isSuspicious: false });
  });
});

test('the thoughts of an answer come back when a client echoes the message', () => {
  repeat((draw) => {
    const answer = randomAnswer(draw);
    const { choices } = JSON.parse(chatClient.encodeAnswer(answer, SHOWN).toString()) as {
      choices: { message: object }[];
    };
    const messages = [{ role: 'user', content: 'Hi' }, choices[0]?.message];
    const call = decodeChat(Buffer.from(JSON.stringify({ model: 'm', messages })));
    const [, echo] = chatClient.decodeRequest(call).messages;
    const seals = (parts: readonly Part[]) =>
      parts.filter((part) => part.type === 'reasoning' || part.type === 'toolCall');
    assert.deepEqual(seals(echo?.parts ?? []), seals(answer.choices[0]?.parts ?? []));
  });
});
