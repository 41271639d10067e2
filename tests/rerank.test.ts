import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { answerOpenai, jsonReply, type Reply } from '@meridian/testkit';
import { assertShaped } from './support/error-shape.ts';
import { type ServedModel, type Service, startService } from './support/service.ts';

const PATH = '/v1/rerank';
const DOCUMENTS = ['about cats', 'about dogs', 'about birds'];

let service: Service;
before(async () => {
  service = await startService();
});
after(() => service[Symbol.asyncDispose]());

function sentBody({ upstream }: ServedModel, number = 1): Record<string, unknown> {
  return upstream.requests[number - 1]!.json() as Record<string, unknown>;
}

async function ask(model: Pick<ServedModel, 'name'>, more: object = {}, path = PATH) {
  const body = { model: model.name, query: 'dogs', documents: DOCUMENTS, ...more };
  const answer = await service.world.account.api.request('POST', path, { body });
  return { answer, id: answer.headers.get('x-request-id') };
}

interface Ranking {
  readonly id: string;
  readonly model: string;
  readonly results: readonly {
    readonly index: number;
    readonly relevance_score: number;
    readonly document?: { readonly text: string };
  }[];
  readonly usage: { readonly total_tokens?: number; readonly search_units?: number };
  readonly meta: { readonly billed_units?: { readonly search_units?: number } };
}

const cohereAnswer = (units = 1): Reply =>
  jsonReply({
    id: 'r-1',
    results: [
      { index: 1, relevance_score: 0.9 },
      { index: 0, relevance_score: 0.25 },
    ],
    meta: { api_version: { version: '2' }, billed_units: { search_units: units } },
  });

describe('Cohere', () => {
  // The catalog has its price: $0.002 per search.
  async function cohere(): Promise<ServedModel> {
    const config = { provider_type: 'cohere', default_price: undefined };
    return service.addModel({ name: 'rerank-v3.5', config });
  }

  test('is billed by the search', async () => {
    await using model = await cohere();
    model.upstream.handle(() => cohereAnswer(3));
    const { answer, id } = await ask(model, { top_n: 2 });
    assert.equal(answer.status, 200, answer.text);
    const ranking = answer.json<Ranking>();
    assert.deepEqual(
      ranking.results.map(({ index }) => index),
      [1, 0],
    );
    assert.deepEqual(ranking.meta.billed_units, { search_units: 3 });
    // What clients of Jina look for is there, too.
    assert.equal(ranking.model, model.name);
    assert.deepEqual(ranking.usage, { search_units: 3 });
    assert.equal(model.upstream.requests[0]!.path, '/v2/rerank');
    assert.deepEqual(sentBody(model), {
      model: model.name,
      query: 'dogs',
      documents: DOCUMENTS,
      top_n: 2,
    });
    assert.equal(answer.headers.get('x-meridian-cost'), '0.006');
    const record = await service.usageOf(id);
    assert.equal(record.endpoint, PATH);
    assert.deepEqual([record.usage_source, record.usage.units], ['provider', 3]);

    // The same model, once more: where the provider does not tell, the searches are counted.
    model.upstream.handle(() => jsonReply({ results: [{ index: 0, relevance_score: 1 }] }));
    const documents = Array.from({ length: 250 }, (_, at) => `document ${at}`);
    const untold = await ask(model, { documents });
    assert.equal(untold.answer.headers.get('x-meridian-cost'), '0.006');
    const counted = await service.usageOf(untold.id);
    assert.deepEqual([counted.usage_source, counted.usage.units], ['estimate', 3]);
    assert.deepEqual(untold.answer.json<Ranking>().usage, { search_units: 3 });

    // Its own clients ask at another path, which allowlists know by the first one.
    model.upstream.handle(() => cohereAnswer());
    const other = await service.world.addAccount({ Resources: PATH });
    const body = { model: model.name, query: 'q', documents: DOCUMENTS };
    assert.equal((await other.api.request('POST', '/v2/rerank', { body })).status, 200);

    // Searches that cost more than there is are not begun: these are 1,100 at most.
    const many = { query: 'x'.repeat(5_000), documents: Array.from({ length: 10_000 }, () => 'd') };
    const poor = await service.world.addAccount({ CreditGranted: 2 });
    const before = model.upstream.requests.length;
    const dear = await poor.api.request('POST', PATH, { body: { ...body, ...many } });
    assert.equal(assertShaped(dear.status, dear.text).code, 'insufficient_balance');
    assert.equal(model.upstream.requests.length, before);
  });

  test('gets texts of what clients of its first version and of Jina send', async () => {
    const config = { provider_type: 'cohere' };
    await using model = await service.addModel({ config });
    model.upstream.handle(() => cohereAnswer());
    const { answer, id } = await ask(model, {
      query: { text: 'dogs' },
      documents: [{ text: 'about cats' }, { title: 'Dogs', text: 'about dogs', id: 7 }, 'birds'],
      rank_fields: ['title', 'text'],
      return_documents: true,
      top_k: 2,
    });
    assert.deepEqual(sentBody(model), {
      model: model.name,
      query: 'dogs',
      documents: ['text: about cats', 'title: Dogs\ntext: about dogs', 'birds'],
      top_n: 2,
    });
    const { results } = answer.json<Ranking>();
    assert.deepEqual(
      results.map(({ document }) => document),
      [{ title: 'Dogs', text: 'about dogs', id: 7 }, { text: 'about cats' }],
    );
    // This key's price is by the token, of which Cohere tells none: they are counted.
    const record = await service.usageOf(id);
    assert.equal(record.usage_source, 'estimate');
    assert.ok(record.usage.input! >= 6, String(record.usage.input));
    const { status, text } = (await ask(model, { documents: [{ image: 'https://x.example/1' }] }))
      .answer;
    assert.equal(assertShaped(status, text).param, 'documents');
    const chunks = await ask(model, { max_chunks_per_doc: 5 });
    assert.equal(
      assertShaped(chunks.answer.status, chunks.answer.text).param,
      'max_chunks_per_doc',
    );
  });

  test('words its errors in its own way, clients hear them in ours', async () => {
    await using model = await service.addModel({ config: { provider_type: 'cohere' } });
    model.upstream.handle(() => jsonReply({ message: 'invalid query' }, { status: 400 }));
    const { answer } = await ask(model);
    assert.match(assertShaped(answer.status, answer.text).message, /invalid query/);
  });
});

describe('Jina', () => {
  test('is billed by the token', async () => {
    await using model = await service.addModel({ config: { provider_type: 'jina' } });
    const sent = {
      model: 'theirs',
      usage: { total_tokens: 38 },
      results: [{ index: 1, relevance_score: 0.5, document: { text: 'about dogs' } }],
    };
    model.upstream.handle(() => jsonReply(sent));
    const { answer, id } = await ask(model, { top_n: 1, return_documents: true });
    const ranking = answer.json<Ranking>();
    assert.deepEqual([ranking.results, ranking.usage], [sent.results, sent.usage]);
    // What clients of Cohere look for is there, too.
    assert.match(ranking.id, /^rerank-/);
    assert.deepEqual(ranking.meta, {
      api_version: { version: '2' },
      tokens: { input_tokens: 38 },
    });
    assert.equal(sentBody(model).return_documents, true);
    assert.equal(answer.headers.get('x-meridian-cost'), '0.000038');
    const record = await service.usageOf(id);
    assert.deepEqual([record.usage_source, record.usage.input], ['provider', 38]);
  });

  test('cannot cut documents where a client says', async () => {
    await using model = await service.addModel({ config: { provider_type: 'jina' } });
    const { answer } = await ask(model, { max_tokens_per_doc: 100 });
    assert.equal(assertShaped(answer.status, answer.text).param, 'max_tokens_per_doc');
  });
});

describe('an OpenAI-compatible server', () => {
  test('gets the bytes as they came; a plain list comes back in order', async () => {
    await using model = await service.addModel();
    model.upstream.handle(answerOpenai({ promptTokens: 11 }));
    const { answer, id } = await ask(model, { x: 12_345 });
    assert.deepEqual(sentBody(model), {
      model: model.name,
      query: 'dogs',
      documents: DOCUMENTS,
      x: 12_345,
    });
    assert.deepEqual(
      answer.json<Ranking>().results.map(({ index }) => index),
      [2, 1, 0],
    );
    assert.equal((await service.usageOf(id)).usage.input, 11);
    // Some rank neither in order nor as few as they are asked for, and call the list otherwise.
    const data = [0.1, 0.9, 0.5].map((score, index) => ({ index, relevance_score: score }));
    model.upstream.enqueue(jsonReply({ object: 'list', data, usage: { total_tokens: 4 } }));
    const odd = await ask(model, { top_n: 2, return_documents: true });
    assert.deepEqual(odd.answer.json<Ranking>().results, [
      { index: 1, relevance_score: 0.9, document: { text: 'about dogs' } },
      { index: 2, relevance_score: 0.5, document: { text: 'about birds' } },
    ]);
  });

  test('that ranks what was not sent is no upstream to trust', async () => {
    await using model = await service.addModel();
    model.upstream.handle(() => jsonReply({ results: [{ index: 3, relevance_score: 1 }] }));
    const { answer } = await ask(model);
    assert.equal(assertShaped(answer.status, answer.text).code, 'upstream_error');
  });
});

test('what is malformed, not open or not priced is refused', async () => {
  await using model = await service.addModel({ config: { default_price: undefined } });
  const wrong: readonly (readonly [more: object, param: string])[] = [
    [{ query: undefined }, 'query'],
    [{ query: '' }, 'query'],
    [{ query: 5 }, 'query'],
    [{ documents: undefined }, 'documents'],
    [{ documents: [] }, 'documents'],
    [{ documents: 'x' }, 'documents'],
    [{ documents: ['x', 5] }, 'documents[1]'],
    [{ top_n: 0 }, 'top_n'],
    [{ return_documents: 'yes' }, 'return_documents'],
    [{ max_tokens_per_doc: 'x' }, 'max_tokens_per_doc'],
    [{ model: null }, 'model'],
  ];
  for (const [more, param] of wrong) {
    const { answer } = await ask(model, more);
    assert.equal(assertShaped(answer.status, answer.text).param, param, JSON.stringify(more));
  }
  const unpriced = await ask(model);
  assert.equal(assertShaped(unpriced.answer.status, unpriced.answer.text).code, 'model_not_priced');
  const other = await service.world.addAccount({ Resources: '/v1/embeddings' });
  const body = { model: model.name, query: 'q', documents: ['d'] };
  const closed = await other.api.request('POST', PATH, { body });
  assert.equal(assertShaped(closed.status, closed.text).code, 'endpoint_not_allowed');
  await using claude = await service.addModel({ config: { provider_type: 'anthropic' } });
  const nowhere = await ask(claude);
  assert.equal(assertShaped(nowhere.answer.status, nowhere.answer.text).param, 'model');
});
