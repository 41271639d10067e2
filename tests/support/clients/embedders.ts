import assert from 'node:assert/strict';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { GoogleGenAI } from '@google/genai';
import { GoogleGenerativeAIEmbeddings } from '@langchain/google-genai';
import { OpenAIEmbeddings } from '@langchain/openai';
import {
  answerOpenai,
  type Handler,
  jsonReply,
  type RecordedRequest,
  scriptedVector,
} from '@meridian/testkit';
import { embedMany } from 'ai';
import type { Service } from '../service.ts';
import { type HostName, vertexAccount } from './served-family.ts';

/** The texts that clients have embedded. */
export const TEXTS = ['a cat', 'a dog', 'a bird'];
const DIMENSIONS = 4;
/** What every upstream counts for them. */
export const TOKENS = 11;

/** Where an embedding model is asked for. */
export interface EmbedPlace {
  readonly service: Service;
  readonly model: string;
}

/** The vectors that a client got, in the order of the texts. */
export type Embed = (at: EmbedPlace) => Promise<readonly (readonly number[])[]>;

/** The clients that embed, under the names of their kind. */
export const EMBEDDERS: Readonly<Record<string, Embed>> = {
  async openai({ service, model }) {
    const asked = { model, input: TEXTS, dimensions: DIMENSIONS };
    const { data } = await service.openai().embeddings.create(asked);
    return data.map(({ embedding }) => Array.from(embedding));
  },
  async '@google/genai'({ service, model }) {
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
  async 'ai with openai'({ service, model }) {
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
  async 'ai with google'({ service, model }) {
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
  async '@langchain/openai'({ service, model }) {
    const embeddings = new OpenAIEmbeddings({
      model,
      apiKey: service.key,
      dimensions: DIMENSIONS,
      configuration: { baseURL: `${service.url}/v1` },
    });
    return embeddings.embedDocuments(TEXTS);
  },
  async '@langchain/google-genai'({ service, model }) {
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

/** The vectors of the first texts. */
export function vectors(count: number): readonly (readonly number[])[] {
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

/** Vertex AI takes one text in each request of `predict`, or several; it counts for each. */
function answerPredict(request: RecordedRequest) {
  const { instances = [] } = request.json() as { readonly instances?: readonly unknown[] };
  const predictions = vectors(instances.length).map((values, at) => ({
    embeddings: {
      values,
      statistics: { truncated: false, token_count: at === 0 ? TOKENS - instances.length + 1 : 1 },
    },
  }));
  return jsonReply({ predictions });
}

/** An upstream with models that embed. */
interface EmbeddingHost {
  readonly model?: string;
  config(tokenUrl: string): Readonly<Record<string, unknown>>;
  readonly answer: Handler;
}

const openai = answerOpenai({ promptTokens: TOKENS });

/** The upstreams that embed: of the families that chat, and two that do little else. */
export const EMBEDDING_HOSTS: Readonly<
  Partial<Record<HostName | 'jina' | 'cohere', EmbeddingHost>>
> = {
  chat: { config: () => ({ provider_type: 'standard' }), answer: openai },
  responses: { config: () => ({ provider_type: 'openai' }), answer: openai },
  gemini: { config: () => ({ provider_type: 'gemini' }), answer: answerGemini },
  azure: {
    // Without a dated version the paths are those of v1.
    config: () => ({ provider_type: 'azure' }),
    answer: openai,
  },
  vertex: {
    model: 'text-embedding-005',
    config: vertexAccount,
    answer: answerPredict,
  },
  jina: { config: () => ({ provider_type: 'jina' }), answer: openai },
  cohere: { config: () => ({ provider_type: 'cohere' }), answer: answerCohere },
};
