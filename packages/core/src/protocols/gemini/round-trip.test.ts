import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSeededRandom, everySplit } from '@meridian/testkit';
import type { NeutralAnswer } from '../neutral/answer.ts';
import { eventsOf } from '../neutral/testing/answer-events.ts';
import { gatherAnswer } from '../neutral/testing/gather-answer.ts';
import { decodeGemini } from './decode.ts';
import { geminiClient, geminiUpstream } from './index.ts';
import { randomAnswer, randomCitedAnswer, randomRequest } from './random-world.ts';

const ROUNDS = 400;
const TARGET = { model: 'gemini-3.6-flash', canonical: 'gemini-3.6-flash', includeUsage: true };

const shownAs = ({ model, createdAt }: NeutralAnswer) => ({
  model,
  createdAt,
  requestId: 'request',
  wantsUsage: true,
});

test('a request that is written is read again as it was', () => {
  for (let seed = 0; seed < ROUNDS; seed++) {
    const request = randomRequest(createSeededRandom(seed));
    const { body, losses } = geminiUpstream.encodeRequest(request, TARGET);
    assert.deepEqual(losses, [], `seed ${seed}`);
    const call = decodeGemini(body, { model: TARGET.model, isStream: request.isStream });
    assert.deepEqual(geminiClient.decodeRequest(call), request, `seed ${seed}`);
  }
});

describe('an answer that is written is read again as it was', () => {
  test('whole', () => {
    for (let seed = 0; seed < ROUNDS; seed++) {
      const answer = randomAnswer(createSeededRandom(seed));
      const body = geminiClient.encodeAnswer(answer, shownAs(answer));
      assert.deepEqual(geminiUpstream.decodeAnswer(body), answer, `seed ${seed}`);
    }
  });

  test('as a stream, at some splits', () => {
    for (let seed = 0; seed < ROUNDS; seed++) {
      const answer = randomAnswer(createSeededRandom(seed));
      const bytes = streamOf(answer);
      const random = createSeededRandom(seed);
      const cut = Math.floor(random.fraction() * bytes.length);
      const { answer: read, isEnded } = gather([bytes.subarray(0, cut), bytes.subarray(cut)]);
      assert.deepEqual(read, answer, `seed ${seed}`);
      assert.equal(isEnded, true);
    }
  });

  test('as a stream, at every split', () => {
    const answer = randomAnswer(createSeededRandom(11));
    for (const pieces of everySplit(streamOf(answer))) {
      assert.deepEqual(gather(pieces).answer, answer);
    }
  });
});

test('citations keep their places in characters, whole and streamed', () => {
  for (let seed = 0; seed < ROUNDS; seed++) {
    const answer = randomCitedAnswer(createSeededRandom(seed));
    const body = geminiClient.encodeAnswer(answer, shownAs(answer));
    assert.deepEqual(withoutOpaque(geminiUpstream.decodeAnswer(body)), answer, `seed ${seed}`);
    const streamed = gather([streamOf(answer)]).answer;
    assert.deepEqual(withoutOpaque(streamed), answer, `seed ${seed}`);
  }
});

/** Grounding metadata are told besides what is read of them. */
function withoutOpaque(answer: NeutralAnswer | undefined): NeutralAnswer {
  assert.ok(answer);
  const choices = answer.choices.map((choice) => ({
    ...choice,
    parts: choice.parts.filter((part) => part.type !== 'opaque'),
  }));
  return { ...answer, choices };
}

function streamOf(answer: NeutralAnswer): Buffer {
  const writer = geminiClient.openWriter(shownAs(answer));
  const text = eventsOf(answer, 3).map((event) => writer.write(event));
  return Buffer.from(text.join('') + writer.finish(answer.usage));
}

function gather(pieces: readonly Uint8Array[]) {
  const reader = geminiUpstream.openReader();
  const events = pieces.flatMap((piece) => reader.push(Buffer.from(piece)));
  return gatherAnswer([...events, ...reader.end()]);
}
