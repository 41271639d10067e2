import { type ModelTraits, traitsOf } from '../anthropic-messages/models.ts';
import type { WireTarget } from '../wire.ts';

/** The makers whose models Bedrock serves, as far as requests to them differ. */
export type Family =
  | 'claude'
  | 'nova'
  | 'openai'
  | 'mistral'
  | 'cohere'
  | 'ai21'
  | 'llama'
  | 'other';

/** What of Converse a model understands. */
export interface ModelFacts {
  readonly family: Family;
  /** Only for Claude. */
  readonly claude?: ModelTraits;
  /** Where cache points may stand; undefined where a model takes none. */
  readonly cachePoints?: 'everywhere' | 'outsideTools';
  /** Cache points may live for an hour. */
  readonly cachesForHours: boolean;
  /** What `toolChoice` can force: any tool, or also a certain one. */
  readonly forces: 'nothing' | 'any' | 'tool';
  /** How an answer is kept to a schema: by `outputConfig`, or by a tool that has to be called. */
  readonly schema?: 'native' | 'tool';
  /** Whether a tool's `strict` is understood. */
  readonly takesStrict: boolean;
  /** Whether a tool's result may say that it is an error. */
  readonly takesStatus: boolean;
}

/** By what a maker's models are recognised in catalog names and in Bedrock's own. */
const FAMILY_NAMES: readonly (readonly [RegExp, Family])[] = [
  [/claude/, 'claude'],
  [/nova-|amazon\.nova/, 'nova'],
  [/openai\.|gpt-/, 'openai'],
  [/mistral|mixtral|magistral|pixtral|voxtral|devstral/, 'mistral'],
  [/cohere\.|command-/, 'cohere'],
  [/ai21\.|jamba/, 'ai21'],
  [/llama/, 'llama'],
];

/** Mistral models from the middle of 2025 on, which keep to schemas by themselves. */
const MISTRAL_WITH_SCHEMA =
  /large-3|ministral|magistral|voxtral|devstral|-(?:25(?:0[5-9]|1)|2[6-9])\d+/;

const PLAIN = { cachesForHours: false, takesStrict: false, takesStatus: false } as const;

/** What is known of the model that a request is for; the catalog's name tells more than an ARN. */
export function modelFacts({
  canonical,
  model,
}: Pick<WireTarget, 'canonical' | 'model'>): ModelFacts {
  const names = [canonical.toLowerCase(), model.toLowerCase()];
  const known = FAMILY_NAMES.find(([pattern]) => names.some((name) => pattern.test(name)));
  const family = known?.[1] ?? 'other';
  switch (family) {
    case 'claude':
      return claudeModel(traitsOf(canonical, model), names.join(' '));
    case 'nova':
      return {
        ...PLAIN,
        family,
        cachePoints: 'outsideTools',
        forces: 'tool',
        schema: 'tool',
        takesStatus: true,
      };
    case 'mistral': {
      const isNew = names.some((name) => MISTRAL_WITH_SCHEMA.test(name));
      return { ...PLAIN, family, forces: 'any', schema: isNew ? 'native' : 'tool' };
    }
    case 'cohere':
    case 'ai21':
    case 'llama':
      return { ...PLAIN, family, forces: 'nothing' };
    case 'openai':
    case 'other':
      return { ...PLAIN, family, forces: 'tool', schema: 'native', takesStrict: true };
  }
}

/** Claude models that keep to formats elsewhere, but not at Bedrock. */
const CLAUDE_WITHOUT_FORMAT = /opus-4[-.][178](?!\d)/;
/** The Claude models whose `strict` Bedrock lets pass. */
const CLAUDE_WITH_STRICT = /claude-\w+-4[-.][56](?!\d)/;
const CLAUDE_WITHOUT_HOURS = /opus-4[-.]1(?!\d)/;

function claudeModel(claude: ModelTraits, names: string): ModelFacts {
  const keepsSchemas = claude.takesFormat && !CLAUDE_WITHOUT_FORMAT.test(names);
  return {
    family: 'claude',
    claude,
    cachePoints: 'everywhere',
    cachesForHours: claude.takesFormat && !CLAUDE_WITHOUT_HOURS.test(names),
    forces: claude.takesForcedTools ? 'tool' : 'nothing',
    schema: keepsSchemas ? 'native' : 'tool',
    takesStrict: CLAUDE_WITH_STRICT.test(names),
    takesStatus: true,
  };
}
