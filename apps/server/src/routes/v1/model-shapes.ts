import type { Model } from '@meridian/contract';

/** How the list of models is told. */
export type ModelShape = 'openai' | 'anthropic' | 'google';

const MS_PER_SECOND = 1000;

/** The kinds that clients of a vendor have a method for; all where nothing is said. */
const KNOWN_KINDS: Readonly<Partial<Record<ModelShape, readonly string[]>>> = {
  anthropic: ['chat'],
  google: ['chat', 'embedding'],
};

function anthropicModel({ id, created, meridian }: Model): object {
  return {
    type: 'model',
    id,
    display_name: id,
    created_at: new Date(created * MS_PER_SECOND).toISOString(),
    max_input_tokens: meridian.context,
    max_tokens: meridian.max_output,
  };
}

function googleModel({ id, meridian }: Model): object {
  const isEmbedding = meridian.kind === 'embedding';
  return {
    name: `models/${id}`,
    baseModelId: id,
    version: '1',
    displayName: id,
    ...(meridian.context === null ? {} : { inputTokenLimit: meridian.context }),
    ...(meridian.max_output === null ? {} : { outputTokenLimit: meridian.max_output }),
    supportedGenerationMethods: isEmbedding
      ? ['embedContent', 'batchEmbedContents']
      : ['generateContent', 'streamGenerateContent', 'countTokens'],
  };
}

/** One model as a client of the vendor expects it. */
export function shapeModel(model: Model, shape: ModelShape): object {
  if (shape === 'anthropic') return anthropicModel(model);
  return shape === 'google' ? googleModel(model) : model;
}

/** All models in one answer; no vendor's client needs a second page then. */
export function shapeModels(all: readonly Model[], shape: ModelShape): object {
  const kinds = KNOWN_KINDS[shape];
  const models = kinds ? all.filter(({ meridian }) => kinds.includes(meridian.kind)) : all;
  const data = models.map((model) => shapeModel(model, shape));
  if (shape === 'google') return { models: data };
  if (shape === 'openai') return { object: 'list', data };
  const [first, last] = [models[0], models[models.length - 1]];
  return { data, has_more: false, first_id: first?.id ?? null, last_id: last?.id ?? null };
}

/** Clients of Anthropic name the version of its API with every request, Google's have a header for the key. */
export function shapeFor(header: (name: string) => string | undefined): ModelShape {
  if (header('anthropic-version') !== undefined) return 'anthropic';
  return header('x-goog-api-key') === undefined ? 'openai' : 'google';
}
