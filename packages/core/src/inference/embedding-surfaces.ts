import {
  type Call,
  cohereEmbed,
  createEmbeddingTranslation,
  createGeminiEmbeddingsUpstream,
  createPassage,
  type EmbeddingClient,
  embeddingMethod,
  embeddingsPassage,
  geminiBatchEmbedContents,
  geminiClient,
  geminiEmbedContent,
  geminiEmbeddingsClient,
  openaiEmbeddings,
  openaiEmbeddingsClient,
  openaiEmbeddingsUpstream,
} from '../protocols/index.ts';
import type { Endpoint } from '../providers/index.ts';
import type { Surface, Way } from './surface.ts';

/** Vectors in the form of OpenAI. */
export function createEmbeddingsSurface(name: string): Surface {
  const ways = waysOf(openaiEmbeddingsClient);
  const passage = { endpoint: 'embeddings', relay: embeddingsPassage } as const;
  return {
    name,
    dialect: openaiEmbeddings,
    errorBody: (failure) => failure.toBody(),
    wayTo: (provider, key, canonicalModel, call) =>
      nativeWay(ways, provider.endpoints(key), { canonicalModel, call }) ??
      (provider.endpoints(key).includes('embeddings') ? passage : undefined),
  };
}

/** Vectors in the form of Google, by one of its two methods. */
export function createGoogleEmbeddingsSurface(
  name: string,
  method: 'embedContent' | 'batchEmbedContents',
): Surface {
  const ways = waysOf(geminiEmbeddingsClient);
  const dialect = method === 'embedContent' ? geminiEmbedContent : geminiBatchEmbedContents;
  const passage: Way = { endpoint: `gemini.${method}`, relay: createPassage(dialect) };
  return {
    name,
    dialect,
    errorBody: (failure) => geminiClient.errorBody(failure),
    wayTo(provider, key, canonicalModel, call) {
      const endpoints = provider.endpoints(key);
      // Both at once are of the Gemini API; Vertex AI has other fields, and no batches.
      if (endpoints.includes(BATCH)) return passage;
      const way = nativeWay(ways, endpoints, { canonicalModel, call });
      return way ?? (endpoints.includes('embeddings') ? ways.openai : undefined);
    },
  };
}

const BATCH: Endpoint = 'gemini.batchEmbedContents';

/** The translations from the words of one client. */
type Ways = ReturnType<typeof waysOf>;

function waysOf<C extends Call>(client: EmbeddingClient<C>) {
  const google = (
    endpoint: Endpoint,
    how: Parameters<typeof createGeminiEmbeddingsUpstream>[0],
  ): Way => ({
    endpoint,
    relay: createEmbeddingTranslation(client, createGeminiEmbeddingsUpstream(how)),
  });
  const one = 'gemini.embedContent';
  return {
    geminiOne: google(one, { method: 'embedContent', isVertex: false }),
    geminiBatch: google(BATCH, { method: 'batchEmbedContents', isVertex: false }),
    vertexOne: google(one, { method: 'embedContent', isVertex: true }),
    vertexPredict: google('gemini.predict', { method: 'predict', isVertex: true }),
    cohere: {
      endpoint: 'cohere.embed',
      relay: createEmbeddingTranslation(client, cohereEmbed),
    } satisfies Way,
    openai: {
      endpoint: 'embeddings',
      relay: createEmbeddingTranslation(client, openaiEmbeddingsUpstream),
    } satisfies Way,
  };
}

/** The way to an upstream that has its own API for vectors, which knows more than the compatible one. */
function nativeWay(
  ways: Ways,
  endpoints: readonly Endpoint[],
  asked: { readonly canonicalModel: string; readonly call: Call },
): Way | undefined {
  if (endpoints.includes(BATCH)) {
    return (asked.call.size.prompts ?? 1) === 1 ? ways.geminiOne : ways.geminiBatch;
  }
  if (endpoints.includes('gemini.embedContent')) {
    const target = { model: asked.canonicalModel, isVertex: true };
    return embeddingMethod(target, 1) === 'predict' ? ways.vertexPredict : ways.vertexOne;
  }
  return endpoints.includes('cohere.embed') ? ways.cohere : undefined;
}
