import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { GoogleGenAI } from '@google/genai';
import { GoogleGenerativeAIEmbeddings } from '@langchain/google-genai';
import { OpenAIEmbeddings } from '@langchain/openai';
import { answerOpenai, jsonReply, type RecordedRequest, scriptedVector } from '@meridian/testkit';
import { embedMany } from 'ai';
import { type ServedModel, type Service, startService } from './support/service.ts';

const TEXTS = ['a cat', 'a dog', 'a bird'];
const DIMENSIONS = 4;
const TOKENS = 11;

let service: Service;
before(async () => {
  service = await startService();
});
after(() => service[Symbol.asyncDispose]());

/** The vectors that a client got, in the order of the texts. */
type Embed = (model: string) => Promise<readonly (readonly number[])[]>;

const clients: Readonly<Record<string, Embed>> = {
  async openai(model) {
    const asked = { model, input: TEXTS, dimensions: DIMENSIONS };
    const { data } = await service.openai().embeddings.create(asked);
    return data.map(({ embedding }) => Array.from(embedding));
  },
  async 'google genai'(model) {
    const client = new GoogleGenAI({
      apiKey: service.key,
      httpOptions: { baseUrl: service.url },
    });
    const config = { outputDimensionality: DIMENSIONS, taskType: 'RETRIEVAL_DOCUMENT' };
    const { embeddings = [] } = await client.models.embedContent({
      model,
      contents: TEXTS,
      config,
    });
    return embeddings.map(({ values = [] }) => values);
  },
  async 'ai sdk, openai'(model) {
    const provider = createOpenAI({ baseURL: `${service.url}/v1`, apiKey: service.key });
    const options = { openai: { dimensions: DIMENSIONS } };
    const embedding = provider.embedding(model);
    const { embeddings, usage } = await embedMany({
      model: embedding,
      values: TEXTS,
      providerOptions: options,
    });
    assert.equal(usage.tokens, TOKENS);
    return embeddings;
  },
  async 'ai sdk, google'(model) {
    const baseURL = `${service.url}/v1beta`;
    const provider = createGoogleGenerativeAI({ baseURL, apiKey: service.key });
    const options = { google: { outputDimensionality: DIMENSIONS } };
    const { embeddings } = await embedMany({
      model: provider.embedding(model),
      values: TEXTS,
      providerOptions: options,
    });
    return embeddings;
  },
  async 'langchain, openai'(model) {
    const embeddings = new OpenAIEmbeddings({
      model,
      apiKey: service.key,
      dimensions: DIMENSIONS,
      configuration: { baseURL: `${service.url}/v1` },
    });
    return embeddings.embedDocuments(TEXTS);
  },
  async 'langchain, google'(model) {
    const embeddings = new GoogleGenerativeAIEmbeddings({
      model,
      apiKey: service.key,
      baseUrl: service.url,
    });
    return embeddings.embedDocuments(TEXTS);
  },
};

interface Sent {
  readonly requests?: readonly unknown[];
  readonly texts?: readonly unknown[];
}

function vectors(count: number): readonly (readonly number[])[] {
  return Array.from({ length: count }, (_, at) => scriptedVector(at, DIMENSIONS));
}

function answerGemini(request: RecordedRequest) {
  const { requests } = request.json() as Sent;
  const usageMetadata = { promptTokenCount: TOKENS };
  const [first = []] = vectors(1);
  if (!requests) return jsonReply({ embedding: { values: first }, usageMetadata });
  const embeddings = vectors(requests.length).map((values) => ({ values }));
  return jsonReply({ embeddings, usageMetadata });
}

function answerCohere(request: RecordedRequest) {
  const { texts = [] } = request.json() as Sent;
  const meta = { billed_units: { input_tokens: TOKENS } };
  return jsonReply({ id: 'e', texts, embeddings: { float: vectors(texts.length) }, meta });
}

const families = {
  openai: answerOpenai({ promptTokens: TOKENS }),
  jina: answerOpenai({ promptTokens: TOKENS }),
  gemini: answerGemini,
  cohere: answerCohere,
} as const;

async function modelOf(family: keyof typeof families): Promise<ServedModel> {
  const model = await service.addModel({ config: { provider_type: family } });
  model.upstream.handle(families[family]);
  return model;
}

for (const family of Object.keys(families) as (keyof typeof families)[]) {
  describe(`vectors of an upstream that speaks as ${family} does`, () => {
    for (const [name, embed] of Object.entries(clients)) {
      test(`reach a client of ${name}`, async () => {
        await using model = await modelOf(family);
        const before = (await service.world.account.view()).Balance;
        assert.deepEqual(await embed(model.name), vectors(TEXTS.length));
        const { Balance } = await service.world.account.view();
        // $1 per million tokens, as many as the upstream tells.
        assert.equal(Math.round((before - Balance) * 1e6), TOKENS);
      });
    }
  });
}
