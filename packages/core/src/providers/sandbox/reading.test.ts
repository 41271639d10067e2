import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { relevanceOf, vectorOf } from './features.ts';
import { answerReading } from './reading.ts';
import { WireRefusal } from './refusal.ts';

function ask(path: string, body: unknown): Record<string, unknown> {
  const answer = answerReading(path, Buffer.from(JSON.stringify(body)));
  assert.ok(!(answer instanceof WireRefusal), JSON.stringify(answer));
  return answer as Record<string, unknown>;
}

function refusal(path: string, body: unknown): readonly [number, string | null] {
  const answer = answerReading(path, Buffer.from(JSON.stringify(body)));
  assert.ok(answer instanceof WireRefusal);
  return [answer.status, answer.error.param];
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

describe('vectors', () => {
  test('have the length 1, are the same for the same text, and near for common words', () => {
    const [cat, same, near, far] = [
      'A cat sleeps',
      'a CAT sleeps!',
      'a cat eats',
      'Birds fly south',
    ].map((text) => vectorOf(text, 256)) as [number[], number[], number[], number[]];
    assert.ok(Math.abs(dot(cat, cat) - 1) < 1e-5);
    assert.deepEqual(cat, same);
    assert.ok(dot(cat, near) > dot(cat, far));
    assert.equal(vectorOf('…', 3).length, 3);
  });

  test('come for texts and tokens, as long as asked for', () => {
    const model = 'sandbox-embedding';
    const answer = ask('/v1/embeddings', { model, input: ['one', 'two three'], dimensions: 8 });
    const data = answer.data as { index: number; embedding: number[] }[];
    assert.deepEqual(
      data.map(({ index, embedding }) => [index, embedding.length]),
      [
        [0, 8],
        [1, 8],
      ],
    );
    assert.deepEqual(answer.usage, { prompt_tokens: 3, total_tokens: 3 });
    assert.equal((ask('/v1/embeddings', { model, input: [1, 2] }).data as unknown[]).length, 1);
    for (const [body, param] of [
      [{ input: 'x', dimensions: 2_000 }, 'dimensions'],
      [{ input: '' }, 'input'],
      [{ input: 'x'.repeat(60_000) }, 'input'],
      [{ input: Array.from({ length: 300 }, () => 'x') }, 'input'],
    ] as const) {
      assert.deepEqual(refusal('/v1/embeddings', { model, ...body }), [400, param]);
    }
    assert.deepEqual(refusal('/v1/embeddings', { model: 'sandbox-chat', input: 'x' }), [
      404,
      'model',
    ]);
  });
});

test('judgements find harmful words, in texts and parts', () => {
  const model = 'sandbox-moderation';
  const parts = [
    { type: 'text', text: 'I will kill time' },
    { type: 'image_url', image_url: { url: 'https://images.example/cat' } },
  ];
  const { results } = ask('/v1/moderations', { model, input: parts });
  assert.deepEqual(
    (results as { flagged: boolean }[]).map(({ flagged }) => flagged),
    [true, false],
  );
});

test('rankings go by the words in common', () => {
  assert.equal(relevanceOf('which animal barks', 'a dog barks'), 0.333333);
  const { results } = ask('/v1/rerank', {
    model: 'sandbox-rerank',
    query: 'which animal barks',
    documents: ['cats sleep', { text: 'an animal that barks' }, 'a dog barks'],
    top_n: 2,
  });
  assert.deepEqual(
    (results as { index: number }[]).map(({ index }) => index),
    [1, 2],
  );
});
