import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSeededRandom, everySplit, fixture, fixtureNames } from '@meridian/testkit';
import type { NeutralAnswer } from '../neutral/answer.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import type { Part } from '../neutral/parts.ts';
import { gatherAnswer } from '../neutral/testing/gather-answer.ts';
import type { WireTarget } from '../wire.ts';
import { decodeResponses } from './decode.ts';
import { ResponsesReader } from './event-reader.ts';
import { openaiResponses, responsesClient, responsesUpstream } from './index.ts';
import { judgeStream } from './testing/event-grammar.ts';
import { Draw, randomAnswer, randomRequest, randomUsage } from './testing/random-neutral.ts';
import { readResponsesUsage, writeResponsesUsage } from './usage.ts';

const FOLDER = 'openai-responses';
const RUNS = 300;
const TARGET: WireTarget = { model: 'm', canonical: 'gpt-5.6', includeUsage: true };
const SHOWN = { model: 'm', requestId: '0199-cafe', createdAt: 7 };

function repeat(check: (draw: Draw) => void): void {
  for (let seed = 1; seed <= RUNS; seed++) {
    try {
      check(new Draw(createSeededRandom(seed)));
    } catch (error) {
      throw new Error(`with seed ${seed}`, { cause: error });
    }
  }
}

/** An answer as a reader of any upstream would stream it. */
function eventsOf(answer: NeutralAnswer): readonly AnswerEvent[] {
  const { id, model, createdAt, serviceTier, choices, usage } = answer;
  const { parts, stop, logprobs } = choices[0]!;
  const rated = parts.findIndex((part) => part.type === 'text');
  return [
    { kind: 'begin', id, model, createdAt, ...(serviceTier !== undefined && { serviceTier }) },
    ...parts.flatMap((part, block) => {
      const more: AnswerEvent[] =
        block === rated && logprobs ? [{ kind: 'note', choice: 0, block, note: { logprobs } }] : [];
      return blockOf(part, block, more);
    }),
    { kind: 'stop', choice: 0, reason: stop },
    ...(usage ? [{ kind: 'usage' as const, usage, isSuspicious: false }] : []),
    { kind: 'end' },
  ];
}

function blockOf(part: Part, block: number, more: readonly AnswerEvent[]): AnswerEvent[] {
  const at = { choice: 0, block };
  const seal = 'seal' in part && part.seal ? part.seal : undefined;
  const sealed: AnswerEvent[] = seal ? [{ kind: 'note', ...at, note: { seal } }] : [];
  const opened = (head: Extract<AnswerEvent, { kind: 'open' }>['head']): AnswerEvent => ({
    kind: 'open',
    ...at,
    head,
  });
  const said = (text: string): AnswerEvent[] =>
    text === ''
      ? []
      : [...text].map((character) => ({ kind: 'delta', ...at, text: character }) as const);
  const close: AnswerEvent = { kind: 'close', ...at };
  switch (part.type) {
    case 'text': {
      const cited = (part.citations ?? []).map(
        (citation) => ({ kind: 'note', ...at, note: { citation } }) as const,
      );
      return [opened({ type: 'text' }), ...said(part.text), ...cited, ...more, ...sealed, close];
    }
    case 'refusal':
    case 'reasoning':
      return [opened({ type: part.type }), ...said(part.text), ...sealed, close];
    case 'toolCall': {
      const { id, name, isCustom } = part;
      const head = { type: 'toolCall', id, name, ...(isCustom && { isCustom }) } as const;
      return [opened(head), ...said(part.arguments), ...sealed, close];
    }
    case 'image': {
      assert.ok(part.source.kind === 'data');
      const { data, mediaType } = part.source;
      return [opened({ type: 'image', mediaType }), ...sealed, ...said(data), close];
    }
    case 'opaque':
      return [opened(part), close];
    default:
      throw new Error(part.type);
  }
}

function writtenStream(answer: NeutralAnswer): string {
  const writer = responsesClient.openWriter({ ...SHOWN, wantsUsage: true });
  const text = eventsOf(answer).map((event) => writer.write(event));
  return text.join('') + writer.finish(answer.usage);
}

/** What the ids of written thoughts add to the seals that are read of them. */
function withoutItemIds(answer: NeutralAnswer): NeutralAnswer {
  const choices = answer.choices.map((choice) => ({ ...choice, parts: choice.parts.map(bare) }));
  return { ...answer, choices };
}

function bare(part: Part): Part {
  if (part.type !== 'reasoning' || part.seal?.origin !== 'responses') return part;
  const { origin, data } = part.seal;
  return { ...part, seal: { origin, data } };
}

describe('a request', () => {
  test('comes back as it was from the bytes for an upstream', () => {
    repeat((draw) => {
      const request = randomRequest(draw);
      const { body, losses } = responsesUpstream.encodeRequest(request, TARGET);
      assert.deepEqual(losses, []);
      assert.deepEqual(responsesClient.decodeRequest(decodeResponses(body)), request);
    });
  });

  test('is the same in meaning after the lossless path', () => {
    repeat((draw) => {
      const { body } = responsesUpstream.encodeRequest(randomRequest(draw), TARGET);
      const call = openaiResponses.decode(body);
      const edited = openaiResponses.editRequest(call, { model: 'm', forceUsage: true });
      assert.equal(edited, body);
    });
  });
});

describe('an answer', () => {
  test('comes back as it was from a whole response', () => {
    repeat((draw) => {
      const answer = randomAnswer(draw);
      const again = responsesUpstream.decodeAnswer(responsesClient.encodeAnswer(answer, SHOWN));
      assert.deepEqual(again && withoutItemIds(again), answer);
    });
  });

  test('of each fixture comes back from a whole response', () => {
    const names = fixtureNames(FOLDER, 'json').filter((name) => !/^error-|^failed$/.test(name));
    for (const name of names) {
      const answer = responsesUpstream.decodeAnswer(fixture(`${FOLDER}/${name}.json`));
      assert.ok(answer);
      const shown = { ...SHOWN, model: answer.model };
      const again = responsesUpstream.decodeAnswer(responsesClient.encodeAnswer(answer, shown));
      assert.ok(again);
      assert.deepEqual(withoutItemIds(again), withoutItemIds(answer), name);
    }
  });

  test('is written as a stream that keeps the grammar and says the same', () => {
    repeat((draw) => {
      const answer = randomAnswer(draw);
      const text = writtenStream(answer);
      const { response } = judgeStream(text);
      const again = responsesUpstream.decodeAnswer(Buffer.from(JSON.stringify(response)));
      assert.deepEqual(again && withoutItemIds(again), answer);
      const whole = JSON.parse(responsesClient.encodeAnswer(answer, SHOWN).toString());
      assert.deepEqual(withoutStatus(response), withoutStatus(whole));
    });
  });

  test('is read back from its stream whichever way that is cut', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const bytes = Buffer.from(writtenStream(randomAnswer(new Draw(createSeededRandom(seed)))));
      const read = (pieces: readonly Uint8Array[]) => {
        const reader = new ResponsesReader();
        const events = pieces.flatMap((piece) => reader.push(Buffer.from(piece)));
        return gatherAnswer([...events, ...reader.end()]).answer;
      };
      const expected = read([bytes]);
      let at = 0;
      // A stream of many deltas is long: every 37th cut, and the random ones.
      for (const pieces of everySplit(bytes, { seed })) {
        if (at++ % 37 === 0 || pieces.length > 2) assert.deepEqual(read(pieces), expected);
      }
    }
  });
});

/** Of a cut answer the stream has finished items that the whole one knows to be cut. */
function withoutStatus(response: { output: object[] }): object {
  return { ...response, output: response.output.map((item) => ({ ...item, status: null })) };
}

test('usage is the same after being written and read', () => {
  repeat((draw) => {
    const usage = randomUsage(draw);
    const read = readResponsesUsage(writeResponsesUsage(usage));
    assert.deepEqual(read, { usage, isSuspicious: false });
  });
});
