import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fixture } from '@meridian/testkit';
import { isFailure } from '../../kernel/index.ts';
import type { EmbeddingRequest } from '../neutral/embedding.ts';
import { NO_USAGE } from '../neutral/usage.ts';
import {
  decodeGeminiEmbedding,
  type EmbeddingTarget,
  encodeGeminiEmbedding,
  geminiEmbeddingField,
  readGeminiEmbedding,
  writeGeminiEmbedding,
} from './embedding.ts';

const PATH = { model: 'models/gemini-embedding-001' };
const content = (...texts: string[]) => ({ content: { parts: texts.map((text) => ({ text })) } });

function decode(body: object, isBatch: boolean) {
  return decodeGeminiEmbedding(Buffer.from(JSON.stringify(body)), PATH, isBatch);
}

describe('requests of clients', () => {
  test('one text with its settings', () => {
    const call = decode(
      { ...content('a', 'b'), taskType: 'RETRIEVAL_DOCUMENT', title: 'T', outputDimensionality: 8 },
      false,
    );
    assert.equal(call.model, 'gemini-embedding-001');
    assert.deepEqual(call.request, {
      inputs: [{ kind: 'text', text: 'a\nb' }],
      encoding: 'float',
      dimensions: 8,
      task: 'document',
      title: 'T',
    });
  });

  test('several texts, in either spelling', () => {
    const { request, isBatch } = decode(
      {
        requests: [
          { ...content('a'), task_type: 'retrieval_query' },
          { ...content('b'), taskType: 'RETRIEVAL_QUERY' },
        ],
      },
      true,
    );
    assert.equal(isBatch, true);
    assert.deepEqual(
      request.inputs.map((input) => input.kind === 'text' && input.text),
      ['a', 'b'],
    );
    assert.equal(request.task, 'query');
  });

  test('the settings of Vertex AI’s newer models', () => {
    const embedContentConfig = { taskType: 'CLUSTERING', autoTruncate: false };
    const { request } = decode({ ...content('a'), embedContentConfig }, false);
    assert.equal(request.task, 'clustering');
    assert.equal(request.mayTruncate, false);
  });

  const refused: readonly (readonly [object, boolean, string])[] = [
    [{}, false, 'content.parts'],
    [{ content: { parts: [{ inlineData: {} }] } }, false, 'content.parts'],
    [{ ...content('a'), outputDimensionality: 0 }, false, 'outputDimensionality'],
    [{ requests: [] }, true, 'requests'],
    [{ requests: [content('a'), {}] }, true, 'requests[1].content.parts'],
    [{ requests: [content('a'), { ...content('b'), title: 'T' }] }, true, 'requests'],
    [{ requests: Array.from({ length: 251 }, () => content('a')) }, true, 'requests'],
  ];
  for (const [body, isBatch, param] of refused) {
    test(`${param} is named in ${JSON.stringify(body).slice(0, 80)}`, () => {
      assert.throws(
        () => decode(body, isBatch),
        (error) => isFailure(error) && error.detail.param === param,
      );
    });
  }
});

describe('requests for upstreams', () => {
  const request: EmbeddingRequest = {
    inputs: [{ kind: 'text', text: 'a' }],
    dimensions: 8,
    task: 'query',
    encoding: 'base64',
  };
  const two = { ...request, inputs: [...request.inputs, { kind: 'text', text: 'b' } as const] };
  const encode = (given: EmbeddingRequest, target: EmbeddingTarget) => {
    const { body, method, losses } = encodeGeminiEmbedding(given, target);
    return { body: JSON.parse(body.toString()), method, lost: losses.map((loss) => loss.ability) };
  };
  const settings = { taskType: 'RETRIEVAL_QUERY', outputDimensionality: 8 };
  const model = 'gemini-embedding-001';

  test('one text, or several', () => {
    assert.deepEqual(encode(request, { model }), {
      method: 'embedContent',
      body: { model: `models/${model}`, ...content('a'), ...settings },
      lost: [],
    });
    assert.deepEqual(encode(two, { model }), {
      method: 'batchEmbedContents',
      body: {
        requests: [
          { model: `models/${model}`, ...content('a'), ...settings },
          { model: `models/${model}`, ...content('b'), ...settings },
        ],
      },
      lost: [],
    });
  });

  test('Vertex AI', () => {
    assert.deepEqual(encode({ ...two, mayTruncate: true }, { model, isVertex: true }), {
      method: 'predict',
      body: {
        instances: [
          { content: 'a', task_type: 'RETRIEVAL_QUERY' },
          { content: 'b', task_type: 'RETRIEVAL_QUERY' },
        ],
        parameters: { outputDimensionality: 8, autoTruncate: true },
      },
      lost: [],
    });
    const newer = { model: 'gemini-embedding-2', isVertex: true };
    assert.deepEqual(encode(request, newer), {
      method: 'embedContent',
      body: { ...content('a'), embedContentConfig: settings },
      lost: [],
    });
    assert.deepEqual(encode(two, newer).lost, ['inputs']);
  });

  test('what it cannot do is lost', () => {
    const tokens = { ...request, inputs: [{ kind: 'tokens', tokens: [1] } as const] };
    assert.deepEqual(encode(tokens, { model }).lost, ['tokens']);
    assert.deepEqual(encode({ ...request, mayTruncate: false }, { model }).lost, ['mayTruncate']);
    assert.equal(geminiEmbeddingField('dimensions'), 'outputDimensionality');
  });

  test('what a client said is said again', () => {
    const given = {
      requests: [content('a'), content('b')].map((each) => ({ ...each, ...settings })),
    };
    const { request } = decode(given, true);
    const { body } = encode(request, { model });
    assert.deepEqual(decode(body, true).request, request);
  });
});

describe('answers', () => {
  test('of each method', () => {
    const read = (name: string) => readGeminiEmbedding(fixture(`gemini/${name}.json`));
    assert.deepEqual(read('embed-content'), {
      model: '',
      vectors: [[0.013168523, -0.008711934, -0.046782676]],
      usage: undefined,
      isSuspicious: false,
    });
    assert.deepEqual(read('batch-embed-contents'), {
      model: '',
      vectors: [
        [0.25, -0.5, 1],
        [0.125, 0, -1],
      ],
      usage: { ...NO_USAGE, input: 9 },
      isSuspicious: false,
    });
    assert.deepEqual(read('vertex-predict-embeddings')?.usage, { ...NO_USAGE, input: 11 });
    assert.equal(read('vertex-predict-embeddings')?.vectors.length, 2);
  });

  for (const body of ['', '{}', '[]', '{"embedding":{}}', '{"embeddings":[{"values":["a"]}]}']) {
    test(`${JSON.stringify(body)} is none`, () => {
      assert.equal(readGeminiEmbedding(Buffer.from(body)), undefined);
    });
  }

  test('what is written is read again', () => {
    for (const isBatch of [true, false]) {
      const answer = {
        model: '',
        vectors: isBatch
          ? [
              [1, 2],
              [3, 4],
            ]
          : [[1, 2]],
        usage: { ...NO_USAGE, input: 5 },
        isSuspicious: false,
      };
      assert.deepEqual(readGeminiEmbedding(writeGeminiEmbedding(answer, { isBatch })), answer);
    }
  });
});
