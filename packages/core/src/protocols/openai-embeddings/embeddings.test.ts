import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSeededRandom, fixture, fixtureNames } from '@meridian/testkit';
import { isFailure } from '../../kernel/index.ts';
import { cohereEmbed } from '../cohere-embed/index.ts';
import { createEmbeddingTranslation } from '../embeddings/translation.ts';
import { NO_USAGE } from '../neutral/usage.ts';
import { decodeEmbeddings } from './decode.ts';
import {
  embeddingsPassage,
  openaiEmbeddings,
  openaiEmbeddingsClient,
  openaiEmbeddingsUpstream,
} from './index.ts';
import { readEmbeddingRequest } from './read-request.ts';
import { textOfEmbeddings } from './request-text.ts';
import { fromBase64, toBase64 } from './vectors.ts';

const VIEW = { shownModel: undefined, requestId: 'r', createdAt: 0 };
const TARGET = { model: 'theirs', canonical: 'm', includeUsage: false };

function call(fields: object) {
  return decodeEmbeddings(Buffer.from(JSON.stringify({ model: 'm', ...fields })));
}

function file(name: string): Buffer {
  return fixture(`openai-embeddings/${name}.json`);
}

/** What each fixture says that it used. */
const USAGES: Readonly<Record<string, object | undefined>> = {
  base64: { input: 8 },
  float: { input: 8 },
  'jina-images': { input: 10, inputImage: 1_280 },
  'lmstudio-zeros': undefined,
  mistral: { input: 9 },
  'vllm-unordered': { input: 6 },
  voyage: { input: 10 },
};

describe('answers', () => {
  test('of every vendor pass as they came, with the usage that they tell', () => {
    assert.deepEqual(fixtureNames('openai-embeddings', 'json'), Object.keys(USAGES));
    for (const [name, buckets] of Object.entries(USAGES)) {
      const answer = openaiEmbeddings.readWhole(file(name), undefined);
      assert.deepEqual(answer?.body, file(name), name);
      assert.deepEqual(answer?.usage?.usage, buckets && { ...NO_USAGE, ...buckets }, name);
    }
  });

  test('have their vectors as they were asked for, whatever the upstream gives', () => {
    const [float, base64] = [file('float'), file('base64')];
    const asked = (encoding_format: string) => call({ input: ['a', 'b'], encoding_format });
    const passed = (body: Buffer, format: string) =>
      embeddingsPassage.readWhole(body, asked(format), VIEW)?.body;
    assert.equal(passed(float, 'float'), float);
    assert.equal(passed(base64, 'base64'), base64);
    assert.deepEqual(JSON.parse(String(passed(float, 'base64'))), JSON.parse(base64.toString()));
    assert.deepEqual(JSON.parse(String(passed(base64, 'float'))), JSON.parse(float.toString()));
  });

  test('of a kind that is neither stay as they are', () => {
    const body = Buffer.from('{"data":[{"embedding":{"int8":[1]}}]}');
    const asked = call({ input: 'a', encoding_format: 'base64' });
    assert.equal(embeddingsPassage.readWhole(body, asked, VIEW)?.body, body);
  });

  test('are read in the order of the texts, and refused where a vector is missing', () => {
    const vectors = openaiEmbeddingsUpstream.decode(file('vllm-unordered'))?.vectors;
    assert.deepEqual(vectors, [
      [1, 0],
      [0, 1],
    ]);
    for (const wrong of ['{"data":[{"index":0}]}', '{"data":[]}', '{"data":[null]}', '{}', '[']) {
      assert.equal(openaiEmbeddingsUpstream.decode(Buffer.from(wrong)), undefined, wrong);
    }
  });
});

test('a vector survives base64 as far as 32 bits go', () => {
  const { fraction } = createSeededRandom(7);
  for (let length = 1; length < 50; length++) {
    const vector = Array.from({ length }, () => (fraction() - 0.5) * 2 ** (length - 25));
    const floats = Array.from(new Float32Array(vector));
    assert.deepEqual(fromBase64(toBase64(vector)), floats);
  }
  for (const wrong of ['', 'AAA=', 'not base64 at all']) {
    assert.equal(fromBase64(wrong), undefined);
  }
});

describe('requests', () => {
  test('are measured by their texts, and generate nothing', () => {
    const sizes: readonly (readonly [input: unknown, prompts: number | undefined])[] = [
      ['text', undefined],
      [[1, 2, 3], undefined],
      [['a', 'b'], 2],
      [[[1], [2, 3]], 2],
      [['one'], 1],
    ];
    for (const [input, prompts] of sizes) {
      const { size, maxOutputTokens, choices, isStream } = call({ input });
      assert.deepEqual([size.prompts, maxOutputTokens, choices, isStream], [prompts, 0, 1, false]);
      assert.equal(size.images, 0);
    }
    const data = 'A'.repeat(40_000);
    const { size } = call({ input: ['a', { image: `data:image/png;base64,${data}` }] });
    assert.equal(size.images, 1);
    assert.ok(size.textBytes < 100, String(size.textBytes));
  });

  test('are counted by their texts; tokens count as so many', () => {
    const text = (input: unknown) => textOfEmbeddings(call({ input }));
    assert.equal(text(['one', { text: 'two' }, { image: 'x' }]), 'one\ntwo\n');
    assert.equal(text([5, 6, 7]).trim().split(' ').length, 3);
    assert.equal(
      text([[5, 6], [7]])
        .trim()
        .split(/\s+/).length,
      3,
    );
  });

  test('that two readers would see differently are printed anew', () => {
    const raw = '{"model":"a","input":"x","\\u006dodel":"b"}';
    const { model, body } = decodeEmbeddings(Buffer.from(raw));
    assert.equal(model, 'b');
    assert.equal(body.toString(), '{"model":"b","input":"x"}');
  });

  test('change nothing but the model, and what the upstream calls otherwise', () => {
    const asked = call({ input: 'x', dimensions: 3, encoding_format: 'base64', z: 1 });
    const { body } = embeddingsPassage.writeRequest(asked, { ...TARGET, model: 'm' });
    assert.equal(body, asked.body);
    const fieldNames = new Map([
      ['dimensions', 'output_dimension'],
      ['encoding_format', null],
    ]);
    const other = embeddingsPassage.writeRequest(asked, { ...TARGET, fieldNames });
    assert.deepEqual(JSON.parse(other.body.toString()), {
      model: 'theirs',
      input: 'x',
      output_dimension: 3,
      z: 1,
    });
    assert.deepEqual(other.losses, []);
    const none = new Map([['dimensions', null]]);
    const { losses } = embeddingsPassage.writeRequest(asked, { ...TARGET, fieldNames: none });
    assert.deepEqual(
      losses.map(({ field }) => field),
      ['dimensions'],
    );
  });

  test('tell what vectors are for in any vendor’s field', () => {
    const task = (fields: object) => readEmbeddingRequest(call({ input: 'x', ...fields })).task;
    assert.equal(task({ input_type: 'search_query' }), 'query');
    assert.equal(task({ input_type: 'passage' }), 'document');
    assert.equal(task({ task: 'retrieval.query' }), 'query');
    assert.equal(task({ task: 'text-matching' }), 'similarity');
    assert.equal(task({ input_type: 'something' }), undefined);
    const cut = (fields: object) =>
      readEmbeddingRequest(call({ input: 'x', ...fields })).mayTruncate;
    assert.deepEqual(
      [cut({ truncate: 'NONE' }), cut({ truncate: 'END' }), cut({ truncation: false }), cut({})],
      [false, true, false, undefined],
    );
  });

  test('for images are refused by those who embed texts', () => {
    const asked = call({ input: [{ image: 'https://x.example/1' }] });
    assert.throws(
      () => readEmbeddingRequest(asked),
      (error) => isFailure(error) && error.code === 'unsupported_parameter',
    );
  });
});

describe('Cohere', () => {
  const relay = createEmbeddingTranslation(openaiEmbeddingsClient, cohereEmbed);

  test('is billed by the tokens of texts and images', () => {
    const asked = call({ input: ['one', 'two'] });
    const texts = relay.readWhole(fixture('cohere-embed/texts.json'), asked, VIEW);
    assert.deepEqual(texts?.usage?.usage, { ...NO_USAGE, input: 12 });
    assert.deepEqual(JSON.parse(String(texts?.body)).usage, {
      prompt_tokens: 12,
      total_tokens: 12,
    });
    const images = relay.readWhole(fixture('cohere-embed/images.json'), asked, VIEW);
    assert.deepEqual(images?.usage?.usage, { ...NO_USAGE, inputImage: 640 });
  });

  test('loses tokens, which nobody may drop', () => {
    const { losses } = relay.writeRequest(call({ input: [1, 2] }), TARGET);
    assert.deepEqual(
      losses.map(({ field, isVital }) => [field, isVital]),
      [['input', true]],
    );
  });

  test('gives no answer without vectors', () => {
    for (const wrong of ['{"embeddings":{"int8":[[1]]}}', '{"embeddings":{"float":[]}}', '{}']) {
      assert.equal(cohereEmbed.decode(Buffer.from(wrong)), undefined, wrong);
    }
  });
});
