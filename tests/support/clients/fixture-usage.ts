import { type FamilyName, fixture, fixtureNames, upstreamFamilies } from '@meridian/testkit';

/** Counts by bucket, those that are not zero. */
export type Counts = Readonly<Record<string, number>>;

// biome-ignore lint/suspicious/noExplicitAny: a test reads any field of any vendor.
type Fields = Record<string, any>;

/** Searches and the like that are paid apart, of which most usages say nothing. */
const UNITS: Readonly<Record<string, number>> = {
  'anthropic-messages/web-search': 2,
  // Each query, and none that is empty.
  'gemini/grounding': 2,
  'openai-responses/web-search': 1,
};

/** Fixtures whose answer tells no usage, or is none of a model that chats. */
const OTHERS =
  /^(error-|embed-content|batch-embed|count-tokens|vertex-predict|failed|text-without-usage)/;

/** The fixtures of a family that tell a usage, whole and as a stream. */
export function fixturesWithUsage(name: FamilyName): string[] {
  const { folder, streamExtension } = upstreamFamilies[name];
  const streams = fixtureNames(folder, streamExtension);
  return fixtureNames(folder, 'json').filter(
    (each) => !OTHERS.test(each) && streams.includes(each),
  );
}

/** The buckets of the usage that a fixture tells, read without any code of the product. */
export function countsOfFixture(name: FamilyName, fixtureName: string): Counts {
  const path = `${upstreamFamilies[name].folder}/${fixtureName}`;
  const answer = JSON.parse(fixture(`${path}.json`).toString()) as Fields;
  const counts = { ...READERS[name](answer), units: UNITS[path] ?? 0 };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

const READERS: Readonly<Record<FamilyName, (answer: Fields) => Record<string, number>>> = {
  chat({ usage }) {
    const { cached_tokens: cacheRead } = usage.prompt_tokens_details;
    const { reasoning_tokens: reasoning } = usage.completion_tokens_details;
    return {
      input: usage.prompt_tokens - cacheRead,
      cacheRead,
      output: usage.completion_tokens - reasoning,
      reasoning,
    };
  },
  responses({ usage }) {
    const { cached_tokens: cacheRead, cache_write_tokens: written } = usage.input_tokens_details;
    const { reasoning_tokens: reasoning } = usage.output_tokens_details;
    return {
      input: usage.input_tokens - cacheRead - written,
      cacheRead,
      cacheWrite5m: written,
      output: usage.output_tokens - reasoning,
      reasoning,
    };
  },
  messages({ usage }) {
    // What went before the answer itself is told apart, and paid as well.
    const steps: Fields[] = usage.iterations ?? [usage];
    const sum = (of: (step: Fields) => number): number =>
      steps.reduce((total, step) => total + of(step), 0);
    const reasoning = usage.output_tokens_details?.thinking_tokens ?? 0;
    return {
      input: sum((step) => step.input_tokens),
      cacheRead: sum((step) => step.cache_read_input_tokens),
      cacheWrite5m: sum((step) => step.cache_creation?.ephemeral_5m_input_tokens ?? 0),
      cacheWrite1h: sum((step) => step.cache_creation?.ephemeral_1h_input_tokens ?? 0),
      output: sum((step) => step.output_tokens) - reasoning,
      reasoning,
    };
  },
  gemini({ usageMetadata: usage }) {
    const { cachedContentTokenCount: cacheRead = 0, thoughtsTokenCount: reasoning = 0 } = usage;
    const { candidatesTokenCount: said = 0, toolUsePromptTokenCount: tools = 0 } = usage;
    const ofKind = (details: Fields[] | undefined, kind: string): number =>
      (details ?? [])
        .filter(({ modality }) => modality === kind)
        .reduce((total, { tokenCount }) => total + tokenCount, 0);
    const inputAudio = ofKind(usage.promptTokensDetails, 'AUDIO');
    const inputImage = ofKind(usage.promptTokensDetails, 'IMAGE');
    const outputAudio = ofKind(usage.candidatesTokensDetails, 'AUDIO');
    const outputImage = ofKind(usage.candidatesTokensDetails, 'IMAGE');
    return {
      input: usage.promptTokenCount - cacheRead - inputAudio - inputImage + tools,
      ...{ cacheRead, inputAudio, inputImage },
      output: said - outputAudio - outputImage,
      outputAudio,
      outputImage,
      reasoning,
    };
  },
  converse({ usage }) {
    const details: Fields[] = usage.cacheDetails ?? [];
    const written = (ttl: string): number =>
      details
        .filter((detail) => detail.ttl === ttl)
        .reduce((total, { inputTokens }) => total + inputTokens, 0);
    return {
      input: usage.inputTokens,
      cacheRead: usage.cacheReadInputTokens ?? 0,
      cacheWrite5m: written('5m'),
      cacheWrite1h: written('1h'),
      output: usage.outputTokens,
    };
  },
};
