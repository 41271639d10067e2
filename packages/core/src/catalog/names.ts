/** Longest name that is looked up; a longer one is unknown. */
export const LOOKUP_CHARS_MAX = 256;

/** How libraries that speak with many vendors name the one they mean: `anthropic:claude-sonnet-4-6`. */
const VENDOR_COLON =
  /^(?:openai|azure|azure_openai|anthropic|google|google_genai|google_vertexai|vertexai|bedrock|bedrock_converse|mistral|mistralai|cohere|deepseek|xai|groq|together|fireworks|perplexity|openrouter|ollama):/;
const REGION = /^(?:us|us-gov|eu|apac|jp|au|ca|global)\./;
const VENDOR_DOT =
  /^(?:anthropic|amazon|meta|mistral|cohere|deepseek|openai|qwen|google|minimax|moonshot|moonshotai|nvidia|zai)\./;
/** Azure writes no dot. */
const AZURE_GPT_35 = /^gpt-35-/;
/** An option for the upstream, as the sandbox takes them: `sandbox-chat+50ms`. */
const OPTION = /\+[a-z0-9]+$/;
/** Of Bedrock, with the context of throughput that is bought ahead. */
const REVISION = /-v\d+(?::\d+){0,2}k?$/;
const DATE = /[-@](?:\d{8}|\d{4}-\d{2}-\d{2})$/;
const LATEST = /[-@](?:latest|default)$/;
const GEMINI_REVISION = /(?<=^gemini-.*)[-@]\d{3}$/;
/** Month and day, or month and year. */
const SHORT_DATE = /-\d{2}-(?:\d{2}|\d{4})$/;
const GEMINI_PREVIEW = /(?<=^gemini-.*)-(?:preview|exp)$/;
const ENDINGS = [
  OPTION,
  REVISION,
  DATE,
  REVISION,
  LATEST,
  GEMINI_REVISION,
  SHORT_DATE,
  GEMINI_PREVIEW,
] as const;

/** The version stood before the family until Claude 3 and behind it since; people mix them up. */
const CLAUDE_VERSION_FIRST = /^claude-(\d(?:[._-]\d)?)-(opus|sonnet|haiku)(?![a-z])/;
const CLAUDE_FAMILY_FIRST = /^claude-(opus|sonnet|haiku)-(\d(?:[._-]\d)?)(?!\d)/;

/** Names that differ only in case or in `.`, `_`, `:`, `@` and `-` are the same name. */
function nameKey(name: string): string {
  return name.toLowerCase().replace(/[._:@\s]/g, '-');
}

/** Looks up ids by any spelling; built once. */
export interface NameIndex {
  /** The canonical id behind a name; undefined when none is known. */
  resolve(name: string): string | undefined;
}

/**
 * Indexes ids and their aliases. A name is tried as it is, then without the vendor or path in front of
 * it (`openai/gpt-4o`), region and vendor (`us.anthropic.`), option (`+50ms`), revision (`-v1:0`), date
 * and `-latest`; Claude's version may stand on either side of the family. Throws when two models share
 * a name.
 */
export function createNameIndex(
  models: Iterable<{ readonly id: string; readonly names: Iterable<string> }>,
): NameIndex {
  const ids = new Map<string, string>();
  for (const { id, names } of models) {
    for (const name of [id, ...names]) {
      const key = nameKey(name);
      const owner = ids.get(key);
      if (owner !== undefined && owner !== id) {
        throw new Error(`the name ${name} belongs to both ${owner} and ${id}`);
      }
      ids.set(key, id);
    }
  }
  return {
    resolve(name) {
      if (name.length > LOOKUP_CHARS_MAX) return undefined;
      for (const spelling of spellings(name.trim().toLowerCase())) {
        const id = ids.get(nameKey(spelling));
        if (id !== undefined) return id;
      }
      return undefined;
    },
  };
}

/** The name and what remains of it, most exact first. */
function* spellings(name: string): Generator<string> {
  yield name;
  let rest = name.replace(VENDOR_COLON, '');
  yield rest;
  for (let slash = rest.indexOf('/'); slash >= 0; slash = rest.indexOf('/')) {
    rest = rest.slice(slash + 1);
    yield rest;
  }
  const placeless = rest.replace(REGION, '');
  const bare = placeless.replace(VENDOR_DOT, '').replace(AZURE_GPT_35, 'gpt-3.5-');
  const heads = [
    placeless,
    bare,
    bare.replace(CLAUDE_VERSION_FIRST, 'claude-$2-$1'),
    bare.replace(CLAUDE_FAMILY_FIRST, 'claude-$2-$1'),
  ];
  for (const head of new Set(heads)) yield* shortened(head);
}

/** A name, then without one ending after the other. */
function* shortened(name: string): Generator<string> {
  yield name;
  let rest = name;
  for (const ending of ENDINGS) {
    const shorter = rest.replace(ending, '');
    if (shorter === rest) continue;
    rest = shorter;
    yield rest;
  }
}
