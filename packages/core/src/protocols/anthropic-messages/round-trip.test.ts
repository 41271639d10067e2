import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSeededRandom } from '@meridian/testkit';
import type { StopReason } from '../neutral/answer.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import type { Part } from '../neutral/parts.ts';
import type { ReasoningWish, Sampling } from '../neutral/request.ts';
import { NO_USAGE, type Usage } from '../neutral/usage.ts';
import { clientMessage, gather } from './answer-world.ts';
import { limitBreakpoints } from './breakpoints.ts';
import { decodeMessages } from './decode.ts';
import { messagesClient, messagesUpstream } from './index.ts';
import { PLAIN, RequestMaker, targetOf } from './request-world.ts';
import { readMessagesUsage, writeMessagesUsage } from './usage.ts';

const ROUNDS = 300;

const MODELS: readonly (readonly [string, (ReasoningWish | undefined)[], Sampling[]])[] = [
  [
    'claude-opus-5',
    [
      undefined,
      { effort: 'low' },
      { effort: 'max' },
      { budget: 0 },
      { budget: 0, effort: 'high' },
      { isAdaptive: true },
      { isAdaptive: true, isShown: true, effort: 'xhigh' },
      { isAdaptive: true, isShown: false },
    ],
    [{}, { stop: ['END', 'x'] }],
  ],
  [
    'claude-sonnet-4-5',
    [undefined],
    [{}, { temperature: 0.3, topK: 4 }, { topP: 0.5, stop: ['x'] }, { temperature: 0 }],
  ],
];

describe('a request that is written and read again is the same', () => {
  for (const [model, reasoning, sampling] of MODELS) {
    test(model, () => {
      const maker = new RequestMaker(createSeededRandom(7));
      for (let round = 0; round < ROUNDS; round++) {
        const made = limitBreakpoints(maker.request({ reasoning, sampling }));
        // Older models take their instructions in one place only.
        const isMidway = (index: number) => index > 0 && model !== 'claude-opus-5';
        const request = {
          ...made,
          messages: made.messages.filter(({ role }, i) => role !== 'system' || !isMidway(i)),
        };
        const { body, losses } = messagesUpstream.encodeRequest(request, targetOf(model));
        assert.deepEqual(losses, []);
        const again = messagesClient.decodeRequest(decodeMessages(body));
        assert.deepEqual(again, request, `round ${round}`);
      }
    });
  }

  test('with a budget for thoughts, on a model that takes one', () => {
    for (const reasoning of [{ budget: 1500 }, { budget: 1024, isShown: false }]) {
      const given = { ...PLAIN, reasoning, maxOutputTokens: 2000 };
      const { body, losses } = messagesUpstream.encodeRequest(given, targetOf('claude-sonnet-4-5'));
      assert.deepEqual(losses, []);
      assert.deepEqual(messagesClient.decodeRequest(decodeMessages(body)), given);
    }
  });
});

const STOPS: readonly StopReason[] = [
  'end',
  'length',
  'toolCalls',
  'pause',
  'refusal',
  'contextLength',
  'stopSequence',
];

function usageOf(random: { fraction(): number }): Usage {
  const count = () => Math.floor(random.fraction() * 5_000);
  return {
    ...NO_USAGE,
    input: count(),
    cacheRead: count(),
    cacheWrite5m: count(),
    cacheWrite1h: count(),
    output: count(),
    reasoning: count(),
    units: count(),
  };
}

const SHOWN = { model: 'm', requestId: 'r1', createdAt: 1 };

function eventsOf(parts: readonly Part[]): AnswerEvent[] {
  return parts.flatMap((part, block): AnswerEvent[] => {
    const at = { choice: 0, block };
    const close = { kind: 'close', ...at } as const;
    switch (part.type) {
      case 'text': {
        const notes = (part.citations ?? []).map((citation) => ({
          kind: 'note' as const,
          ...at,
          note: { citation },
        }));
        const open = { kind: 'open', ...at, head: { type: 'text' } } as const;
        return [open, ...notes, { kind: 'delta', ...at, text: part.text }, close];
      }
      case 'reasoning': {
        const open = { kind: 'open', ...at, head: { type: 'reasoning' } } as const;
        const delta = part.text === '' ? [] : [{ kind: 'delta' as const, ...at, text: part.text }];
        const note = part.seal ? [{ kind: 'note' as const, ...at, note: { seal: part.seal } }] : [];
        return [open, ...delta, ...note, close];
      }
      case 'toolCall': {
        const { id, name, type } = part;
        const open = { kind: 'open', ...at, head: { type, id, name } } as const;
        return [open, { kind: 'delta', ...at, text: part.arguments }, close];
      }
      case 'opaque':
        return [{ kind: 'open', ...at, head: part }, close];
      default:
        return [];
    }
  });
}

describe('an answer that is written and read again is the same', () => {
  function* answers() {
    const random = createSeededRandom(11);
    const maker = new RequestMaker(random);
    for (let round = 0; round < ROUNDS; round++) {
      const parts = Array.from({ length: 1 + (round % 5) }, () => maker.answerPart()).map(
        (part) => {
          const { cache: _, ...rest } = part as Part & { cache?: unknown };
          return rest as Part;
        },
      );
      const hasCalls = parts.some(({ type }) => type === 'toolCall');
      const stop = maker.pick(hasCalls ? STOPS : STOPS.filter((each) => each !== 'toolCalls'));
      const stopSequence = stop === 'stopSequence' ? { stopSequence: 'END' } : {};
      const usage = usageOf(random);
      yield { choice: { index: 0, parts, stop, ...stopSequence }, usage };
    }
  }

  test('whole', () => {
    for (const { choice, usage } of answers()) {
      const answer = {
        id: 'msg_1',
        model: 'm',
        createdAt: 0,
        choices: [choice],
        usage,
        isSuspicious: false,
        serviceTier: 'default',
      };
      const body = messagesClient.encodeAnswer(answer, SHOWN);
      assert.deepEqual(messagesUpstream.decodeAnswer(body), answer);
    }
  });

  test('streamed', () => {
    for (const { choice, usage } of answers()) {
      const writer = messagesClient.openWriter({ ...SHOWN, wantsUsage: true });
      const { stop: reason, stopSequence } = choice as typeof choice & { stopSequence?: string };
      const events: AnswerEvent[] = [
        { kind: 'begin', id: 'msg_1', model: 'm', createdAt: 0 },
        ...eventsOf(choice.parts),
        { kind: 'stop', choice: 0, reason, ...(stopSequence ? { stopSequence } : {}) },
      ];
      const stream = events.map((event) => writer.write(event)).join('') + writer.finish(usage);
      const reader = messagesUpstream.openReader();
      const streamed = gather([...reader.push(Buffer.from(stream)), ...reader.end()]);
      assert.deepEqual(streamed.choice, choice);
      const message = Buffer.from(JSON.stringify(clientMessage(stream)));
      const whole = messagesUpstream.decodeAnswer(message);
      assert.deepEqual(whole?.choices[0], choice);
      assert.deepEqual(whole?.usage, usage);
    }
  });
});

test('usage that is written and read again is the same', () => {
  const random = createSeededRandom(5);
  for (let round = 0; round < ROUNDS; round++) {
    const usage = usageOf(random);
    const read = readMessagesUsage(JSON.parse(JSON.stringify(writeMessagesUsage(usage))));
    assert.deepEqual(read, { usage, isSuspicious: false });
  }
});
