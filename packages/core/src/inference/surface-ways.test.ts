import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Secret } from '../kernel/index.ts';
import { type CallPath, chatUpstream, responsesUpstream } from '../protocols/index.ts';
import { createProviderRegistry, type Endpoint, type UpstreamKey } from '../providers/index.ts';
import { createEmbeddingsSurface, createGoogleEmbeddingsSurface } from './embedding-surfaces.ts';
import type { Surface } from './surface.ts';
import { createCompletionsSurface, createRerankSurface } from './text-surfaces.ts';

const registry = createProviderRegistry();
type Kind = Parameters<typeof registry.get>[0];

interface Asked {
  readonly kind: Kind;
  readonly model?: string;
  readonly body: object;
  readonly path?: CallPath;
  readonly url?: string;
}

/** What a surface asks of an upstream: the endpoint, the path and the body. */
function ask(surface: Surface, { kind, model = 'm', body, path, url }: Asked) {
  const baseUrl = url ?? 'https://upstream.example';
  const key: UpstreamKey = {
    baseUrl,
    host: new URL(baseUrl).host,
    secret: new Secret('secret'),
    config: {
      providerType: kind,
      ...(kind === 'vertex' && {
        serviceAccount: {
          projectId: 'p',
          clientEmail: 'a@example.com',
          privateKey: new Secret('pem'),
        },
      }),
    },
  };
  const provider = registry.get(kind);
  const call = surface.dialect.decode(Buffer.from(JSON.stringify(body)), path);
  const way = surface.wayTo(provider, key, model, call);
  if (!way) return undefined;
  const { fieldNames } = provider.quirks(key);
  const target = { model, canonical: model, includeUsage: false };
  const { body: sent, losses } = way.relay.writeRequest(
    call,
    fieldNames ? { ...target, fieldNames } : target,
  );
  const { endpoint } = way;
  const request = provider.request(key, { endpoint, model, body: sent, stream: false });
  const lost = losses.map(({ field }) => field);
  return { endpoint, path: request.path, body: JSON.parse(sent.toString()), lost };
}

describe('vectors for clients of OpenAI', () => {
  const surface = createEmbeddingsSurface('embeddings');
  const of = (kind: Kind, model: string, input: unknown, more: object = {}) =>
    ask(surface, { kind, model, body: { model, input, ...more } });

  test('come of Vertex AI by the method that the model has there', () => {
    const old = of('vertex', 'text-embedding-005', ['one', 'two'], { dimensions: 2 });
    assert.deepEqual(old, {
      endpoint: 'gemini.predict',
      path: '/v1/projects/p/locations/global/publishers/google/models/text-embedding-005:predict',
      body: {
        instances: [{ content: 'one' }, { content: 'two' }],
        parameters: { outputDimensionality: 2 },
      },
      lost: [],
    });
    const later = of('vertex', 'gemini-embedding-2', 'one');
    assert.equal(later?.endpoint, 'gemini.embedContent');
    assert.ok(later.path.endsWith('/gemini-embedding-2:embedContent'));
    assert.deepEqual(later.body, { content: { parts: [{ text: 'one' }] } });
    assert.deepEqual(of('vertex', 'gemini-embedding-2', ['one', 'two'])?.lost, ['input']);
  });

  test('come of the Gemini API one by one or in batches', () => {
    const paths = [of('gemini', 'm', 'one'), of('gemini', 'm', ['one', 'two'])].map(
      (asked) => asked?.path,
    );
    assert.deepEqual(paths, [
      '/v1beta/models/m:embedContent',
      '/v1beta/models/m:batchEmbedContents',
    ]);
  });

  test('come of hosts that call their fields otherwise', () => {
    const body = { model: 'voyage-4', input: 'one', dimensions: 8, encoding_format: 'base64' };
    const url = 'https://api.voyageai.com';
    const voyage = ask(surface, { kind: 'standard', model: 'voyage-4', body, url });
    assert.equal(voyage?.path, '/v1/embeddings');
    assert.deepEqual(voyage.body, { model: 'voyage-4', input: 'one', output_dimension: 8 });
    assert.equal(of('jina', 'm', 'one')?.path, '/v1/embeddings');
    assert.equal(of('cohere', 'm', 'one')?.path, '/v2/embed');
    assert.equal(of('sandbox', 'm', 'one')?.path, '/v1/embeddings');
  });

  test('come of nobody who has none', () => {
    assert.equal(of('anthropic', 'm', 'one'), undefined);
  });
});

describe('vectors for clients of Google', () => {
  const one = createGoogleEmbeddingsSurface('one', 'embedContent');
  const batch = createGoogleEmbeddingsSurface('batch', 'batchEmbedContents');
  const content = { parts: [{ text: 'one' }] };
  const path = { model: 'm' };

  test('pass to the Gemini API; Vertex AI is told in its own fields', () => {
    const body = { content, outputDimensionality: 2, autoTruncate: false, extra: 1 };
    const gemini = ask(one, { kind: 'gemini', body, path });
    assert.deepEqual(gemini, {
      endpoint: 'gemini.embedContent',
      path: '/v1beta/models/m:embedContent',
      body,
      lost: [],
    });
    const vertex = ask(one, { kind: 'vertex', model: 'gemini-embedding-2', body, path });
    assert.deepEqual(vertex?.body, {
      content,
      embedContentConfig: { outputDimensionality: 2, autoTruncate: false },
    });
    const requests = [{ content, taskType: 'CLUSTERING' }];
    const predict = ask(batch, {
      kind: 'vertex',
      model: 'gemini-embedding-001',
      body: { requests },
      path,
    });
    assert.deepEqual(predict?.body, {
      instances: [{ content: 'one', task_type: 'CLUSTERING' }],
    });
  });

  test('are translated for everybody else', () => {
    const endpoints = (['standard', 'jina', 'cohere', 'sandbox'] as const).map(
      (kind) => ask(batch, { kind, body: { requests: [{ content }] }, path })?.endpoint,
    );
    const expected: Endpoint[] = ['embeddings', 'embeddings', 'cohere.embed', 'embeddings'];
    assert.deepEqual(endpoints, expected);
    assert.equal(ask(one, { kind: 'anthropic', body: { content }, path }), undefined);
  });
});

test('rankings go to each in its own way', () => {
  const surface = createRerankSurface('rerank');
  const body = { model: 'm', query: 'q', documents: [{ text: 'd' }], max_tokens_per_doc: 5 };
  const asked = (kind: Kind, url?: string) => ask(surface, { kind, body, ...(url && { url }) });
  assert.deepEqual(asked('cohere')?.path, '/v2/rerank');
  assert.deepEqual(asked('jina')?.lost, ['max_tokens_per_doc']);
  assert.deepEqual(asked('standard')?.body.documents, ['d']);
  assert.equal(asked('gemini'), undefined);
  const voyage = ask(surface, {
    kind: 'standard',
    body: { ...body, top_n: 1 },
    url: 'https://api.voyageai.com/v1',
  });
  assert.deepEqual(
    [voyage?.path, voyage?.body.top_k, voyage?.body.top_n],
    ['/v1/rerank', 1, undefined],
  );
});

test('completions pass to who has them, and else are put to models that chat', () => {
  const upstreams = [responsesUpstream, chatUpstream];
  const surface = createCompletionsSurface({ name: 'completions', upstreams, keepAlive: '' });
  const url = 'https://api.x.ai';
  const body = { model: 'm', prompt: 'x' };
  assert.equal(ask(surface, { kind: 'standard', body })?.path, '/v1/completions');
  assert.equal(ask(surface, { kind: 'standard', body, url })?.path, '/v1/chat/completions');
  assert.equal(ask(surface, { kind: 'anthropic', body }), undefined);
});
