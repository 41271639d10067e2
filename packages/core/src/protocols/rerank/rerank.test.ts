import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fixture, fixtureNames } from '@meridian/testkit';
import { NO_USAGE } from '../neutral/usage.ts';
import { decodeRerank, textOfRerank } from './decode.ts';
import { createRerankRelay } from './index.ts';
import { searchUnits } from './search-units.ts';
import type { RerankStyle } from './write-request.ts';

const VIEW = { shownModel: undefined, requestId: 'r', createdAt: 0 };
const TARGET = { model: 'theirs', canonical: 'm', includeUsage: false };
const DOCUMENTS = ['first', 'second', 'third'];

function call(fields: object = {}) {
  const body = { model: 'm', query: 'q', documents: DOCUMENTS, ...fields };
  return decodeRerank(Buffer.from(JSON.stringify(body)));
}

function file(name: string): Buffer {
  return fixture(`rerank/${name}.json`);
}

/** What each fixture says that it used. */
const USAGES: Readonly<Record<string, object>> = {
  'cohere-v1': { units: 2 },
  'cohere-v2': { units: 1 },
  jina: { input: 815 },
  'llamacpp-unordered': { input: 74 },
  together: { input: 141, output: 3 },
  vllm: { input: 56 },
  voyage: { input: 26 },
};

interface Shown {
  readonly id?: string;
  readonly model?: string;
  readonly results: readonly { index: number; relevance_score: number; document?: unknown }[];
  readonly usage?: Record<string, number>;
  readonly meta?: Record<string, unknown>;
}

function shown(name: string, fields: object = {}): { readonly text: string; readonly body: Shown } {
  const answer = createRerankRelay('plain').readWhole(file(name), call(fields), VIEW);
  const text = String(answer?.body);
  return { text, body: JSON.parse(text) as Shown };
}

describe('an answer', () => {
  test('of every vendor tells its usage and everything that clients of the others look for', () => {
    assert.deepEqual(fixtureNames('rerank', 'json'), Object.keys(USAGES));
    for (const [name, buckets] of Object.entries(USAGES)) {
      const answer = createRerankRelay('plain').readWhole(file(name), call(), VIEW);
      assert.deepEqual(answer?.usage?.usage, { ...NO_USAGE, ...buckets }, name);
      const { body } = shown(name);
      assert.ok(body.id && body.model && body.usage && body.meta, name);
      const scores = body.results.map(({ relevance_score: score }) => score);
      assert.deepEqual(
        scores,
        [...scores].sort((a, b) => b - a),
        name,
      );
      // All that the upstream said is still there.
      const own = JSON.parse(file(name).toString()) as Record<string, unknown>;
      for (const field of Object.keys(own)) assert.ok(field in body, `${name} ${field}`);
    }
  });

  test('keeps its bytes, with what is missing in front', () => {
    const { text } = shown('jina');
    assert.ok(text.endsWith(file('jina').toString().slice(1)), text);
  });

  test('has the documents where they are asked for, each as an object', () => {
    const { body } = shown('cohere-v2', { return_documents: true });
    assert.deepEqual(
      body.results.map(({ document }) => document),
      [{ text: 'third' }, { text: 'first' }],
    );
    assert.deepEqual(
      shown('voyage').body.results.map(({ document }) => document),
      [{ text: 'third' }, { text: 'first' }],
    );
    const documents = [{ title: 'first' }, 'second', { text: 'third', id: 3 }];
    assert.deepEqual(
      shown('cohere-v2', { documents, return_documents: true }).body.results.map(
        ({ document }) => document,
      ),
      [{ text: 'third', id: 3 }, { text: '{"title":"first"}' }],
    );
  });

  test('is in order, as short as asked for, and under the name that was asked for', () => {
    const { body } = shown('llamacpp-unordered', { top_n: 2 });
    assert.deepEqual(
      body.results.map(({ index }) => index),
      [2, 0],
    );
    const view = { ...VIEW, shownModel: 'asked' };
    for (const name of ['cohere-v2', 'jina']) {
      const answer = createRerankRelay('plain').readWhole(file(name), call(), view);
      assert.equal((JSON.parse(String(answer?.body)) as Shown).model, 'asked');
    }
  });

  test('without a usage gets the one that is charged', () => {
    const body = Buffer.from('{"results":[]}');
    const answer = createRerankRelay('plain').readWhole(body, call(), VIEW);
    assert.equal(answer?.usage, undefined);
    const charged = JSON.parse(String(answer?.withUsage?.({ ...NO_USAGE, input: 4, units: 2 })));
    assert.deepEqual(charged.usage, { prompt_tokens: 4, total_tokens: 4, search_units: 2 });
    assert.deepEqual(charged.meta.billed_units, { search_units: 2 });
  });

  test('that is no ranking of the documents is none', () => {
    const wrong = [
      '',
      '{',
      '[]',
      '{}',
      '{"results":null}',
      '{"results":[null]}',
      '{"results":[{"index":3,"relevance_score":1}]}',
      '{"results":[{"index":-1,"relevance_score":1}]}',
      '{"results":[{"index":0.5,"relevance_score":1}]}',
      '{"results":[{"index":0}]}',
      JSON.stringify({ results: Array(4).fill({ index: 0, relevance_score: 1 }) }),
    ];
    for (const body of wrong) {
      const answer = createRerankRelay('plain').readWhole(Buffer.from(body), call(), VIEW);
      assert.equal(answer, undefined, body);
    }
  });

  test('that tells impossible searches is suspicious, and clamped', () => {
    const body = Buffer.from('{"results":[],"meta":{"billed_units":{"search_units":1e12}}}');
    const usage = createRerankRelay('cohere').readWhole(body, call(), VIEW)?.usage;
    assert.deepEqual([usage?.isSuspicious, usage?.usage.units], [true, 1_000_000]);
  });
});

describe('a request', () => {
  function written(style: RerankStyle, fields: object, fieldNames?: Map<string, string | null>) {
    const target = { ...TARGET, ...(fieldNames && { fieldNames }) };
    const { body, losses } = createRerankRelay(style).writeRequest(call(fields), target);
    return { body: JSON.parse(body.toString()), lost: losses.map(({ field }) => field) };
  }

  test('passes as it came where the upstream can read it', () => {
    for (const style of ['cohere', 'jina', 'plain'] as const) {
      const asked = call({ top_n: 2, x: null });
      const { body } = createRerankRelay(style).writeRequest(asked, { ...TARGET, model: 'm' });
      assert.equal(body, asked.body);
    }
  });

  test('says the same in the upstream’s words', () => {
    const documents = ['first', { text: 'second' }, { title: 'third', year: 3 }];
    const rank_fields = ['title', 'text'];
    const plain = { model: 'theirs', query: 'q' };
    const texts = ['first', 'second', '{"title":"third","year":3}'];
    assert.deepEqual(written('cohere', { documents, top_k: 1, return_documents: false }).body, {
      ...plain,
      documents: texts,
      top_n: 1,
    });
    assert.deepEqual(written('jina', { documents, return_documents: true }).body, {
      ...plain,
      documents: texts,
      return_documents: true,
    });
    assert.deepEqual(written('plain', { documents, rank_fields }).body.documents, [
      'first',
      'text: second',
      'title: third',
    ]);
    const voyage = new Map([['top_n', 'top_k']]);
    assert.deepEqual(written('plain', { top_n: 2 }, voyage).body, {
      ...plain,
      documents: DOCUMENTS,
      top_k: 2,
    });
  });

  test('loses what the upstream has not, but not the images', () => {
    const cuts = { max_chunks_per_doc: 2, max_tokens_per_doc: 3 };
    assert.deepEqual(written('cohere', cuts).lost, ['max_chunks_per_doc']);
    assert.deepEqual(written('jina', cuts).lost, ['max_chunks_per_doc', 'max_tokens_per_doc']);
    assert.deepEqual(written('plain', cuts).lost, []);
    const images = { documents: [{ image: 'https://x.example/1' }, 'second'] };
    assert.deepEqual(written('cohere', images).lost, ['documents']);
    assert.deepEqual(written('jina', images).body.documents, images.documents);
    assert.deepEqual(written('cohere', { query: { image: 'x' } }).lost, ['query']);
  });

  test('is as large as its documents, each with the query', () => {
    const query = 'q'.repeat(1_000);
    const { size } = call({ query });
    assert.ok(size.textBytes > 3_000, String(size.textBytes));
    assert.equal(size.prompts, 3);
    assert.equal(textOfRerank(call({ query: 'x' })), 'x\nfirst\nx\nsecond\nx\nthird');
    const image = `data:image/png;base64,${'A'.repeat(50_000)}`;
    const withImage = call({ documents: [{ image }] }).size;
    assert.equal(withImage.images, 1);
    assert.ok(withImage.textBytes < 200, String(withImage.textBytes));
  });
});

test('a search is a hundred documents of five hundred tokens, none costs less than one', () => {
  const units = (documents: readonly number[], query = 0, tokensPerDocument?: number) =>
    searchUnits({ query, documents, tokensPerDocument });
  assert.deepEqual(units([10]), { max: 1, likely: 1 });
  assert.deepEqual(units(Array(100).fill(10)), { max: 1, likely: 1 });
  assert.deepEqual(units(Array(101).fill(10)), { max: 2, likely: 2 });
  // 2,000 bytes: at most four pieces, likely one.
  assert.deepEqual(units(Array(100).fill(2_000)), { max: 4, likely: 1 });
  assert.deepEqual(units(Array(100).fill(1_900), 400), { max: 5, likely: 2 });
  // Long documents are cut off.
  assert.deepEqual(units(Array(100).fill(1_000_000)), { max: 9, likely: 9 });
  assert.deepEqual(units(Array(100).fill(1_000_000), 0, 500), { max: 1, likely: 1 });
});
