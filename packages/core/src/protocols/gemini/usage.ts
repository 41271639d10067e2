import type { ReadUsage } from '../dialect.ts';
import { type Fields, fieldsOf, isFields, listOf } from '../json/values.ts';
import { CountReader, TOKENS_MAX } from '../neutral/count-reader.ts';
import { inputTokens, NO_USAGE, outputTokens, type Usage } from '../neutral/usage.ts';

/** Reads counts, those of breakdowns by modality as well; protocol JSON leaves out what is zero. */
class ModalityReader extends CountReader {
  /** The tokens of one modality in a breakdown. */
  modality(details: unknown, name: string, within: number): number {
    let sum = 0;
    for (const detail of listOf(details)) {
      const { modality, tokenCount } = fieldsOf(detail);
      if (modality === name) sum += this.read(tokenCount, within);
    }
    return Math.min(sum, within);
  }
}

const COUNTS = [
  'promptTokenCount',
  'candidatesTokenCount',
  'thoughtsTokenCount',
  'toolUsePromptTokenCount',
] as const;

/**
 * Usage of Gemini in disjoint buckets; undefined where there is none: absent is not zero, and Vertex AI
 * sends objects with nothing but the kind of traffic. `promptTokenCount` includes what was cached,
 * what tools gave is beside it, and so are thoughts beside `candidatesTokenCount`. `searches` are the
 * web searches that are paid apart.
 */
export function readGeminiUsage(wire: unknown, searches = 0): ReadUsage | undefined {
  if (!isFields(wire) || COUNTS.every((name) => (wire[name] ?? undefined) === undefined)) {
    return undefined;
  }
  const reader = new ModalityReader();
  const usage: Usage = {
    ...NO_USAGE,
    ...readInput(wire, reader),
    ...readOutput(wire, reader),
    units: searches,
  };
  return { usage, isSuspicious: reader.isSuspicious };
}

type InputBuckets = Pick<
  Usage,
  'input' | 'cacheRead' | 'cacheWrite5m' | 'inputAudio' | 'inputImage'
>;

function readInput(wire: Fields, reader: ModalityReader): InputBuckets {
  const prompt = reader.read(wire.promptTokenCount, TOKENS_MAX);
  const cacheRead = reader.read(wire.cachedContentTokenCount, prompt);
  const cacheWrite5m = reader.read(wire.cacheCreationTokenCount, prompt - cacheRead);
  let left = prompt - cacheRead - cacheWrite5m;
  const fresh = (name: string): number => {
    const all = reader.modality(wire.promptTokensDetails, name, prompt);
    const cached = reader.modality(wire.cacheTokensDetails, name, cacheRead);
    const count = Math.min(Math.max(0, all - cached), left);
    left -= count;
    return count;
  };
  const inputAudio = fresh('AUDIO');
  const inputImage = fresh('IMAGE');
  const toolUse = reader.read(wire.toolUsePromptTokenCount, TOKENS_MAX);
  return { input: left + toolUse, cacheRead, cacheWrite5m, inputAudio, inputImage };
}

type OutputBuckets = Pick<Usage, 'output' | 'reasoning' | 'outputAudio' | 'outputImage'>;

function readOutput(wire: Fields, reader: ModalityReader): OutputBuckets {
  const all = reader.read(wire.candidatesTokenCount, TOKENS_MAX);
  const reasoning = reader.read(wire.thoughtsTokenCount, TOKENS_MAX);
  const candidates = isInside(wire, all, reasoning) ? all - reasoning : all;
  const outputAudio = reader.modality(wire.candidatesTokensDetails, 'AUDIO', candidates);
  const rest = candidates - outputAudio;
  const outputImage = reader.modality(wire.candidatesTokensDetails, 'IMAGE', rest);
  return { output: rest - outputImage, reasoning, outputAudio, outputImage };
}

/** Some endpoints count thoughts among the candidates' tokens, as their total tells. */
function isInside(wire: Fields, candidates: number, thoughts: number): boolean {
  const { totalTokenCount: total, promptTokenCount, toolUsePromptTokenCount } = wire;
  if (typeof total !== 'number' || thoughts === 0 || thoughts > candidates) return false;
  const input = [promptTokenCount, toolUsePromptTokenCount].reduce<number>(
    (sum, count) => sum + (typeof count === 'number' ? count : 0),
    0,
  );
  return total === input + candidates;
}

/**
 * Usage in Google's words. Tokens that were written to another vendor's cache are part of the prompt,
 * and told beside it in a field of ours; `cache_creation_tokens` and `cache_read_tokens` are the names
 * that every dialect shares.
 */
export function writeGeminiUsage(usage: Usage, serviceTier?: string): Fields {
  const input = inputTokens(usage);
  const output = outputTokens(usage);
  const written = usage.cacheWrite5m + usage.cacheWrite1h;
  const text = usage.input + usage.cacheRead + written;
  const candidates = output - usage.reasoning;
  return {
    promptTokenCount: input,
    candidatesTokenCount: candidates,
    totalTokenCount: input + output,
    ...positive('cachedContentTokenCount', usage.cacheRead),
    ...positive('cacheCreationTokenCount', written),
    ...positive('thoughtsTokenCount', usage.reasoning),
    promptTokensDetails: breakdown(text, usage.inputAudio, usage.inputImage),
    ...(usage.cacheRead > 0 && { cacheTokensDetails: breakdown(usage.cacheRead, 0, 0) }),
    candidatesTokensDetails: breakdown(usage.output, usage.outputAudio, usage.outputImage),
    ...(serviceTier !== undefined && { serviceTier: writeTier(serviceTier) }),
    cache_creation_tokens: written,
    cache_read_tokens: usage.cacheRead,
  };
}

/** A tier under Google's name. */
export function writeTier(tier: string): string {
  return tier === 'default' ? 'standard' : tier;
}

function positive(name: string, count: number): Fields {
  return count > 0 ? { [name]: count } : {};
}

function breakdown(text: number, audio: number, image: number): readonly Fields[] {
  const counts = [
    { modality: 'TEXT', tokenCount: text },
    { modality: 'AUDIO', tokenCount: audio },
    { modality: 'IMAGE', tokenCount: image },
  ];
  return counts.filter(({ tokenCount }) => tokenCount > 0);
}

const TRAFFIC_TIERS: ReadonlyMap<unknown, string> = new Map([
  ['ON_DEMAND', 'default'],
  ['ON_DEMAND_PRIORITY', 'priority'],
  ['ON_DEMAND_FLEX', 'flex'],
]);

/** The tier that served an answer: the Gemini API and Vertex AI have a field each. */
export function readTier(wire: unknown): string | undefined {
  const { serviceTier, trafficType } = fieldsOf(wire);
  if (typeof serviceTier !== 'string') return TRAFFIC_TIERS.get(trafficType);
  const tier = serviceTier.toLowerCase();
  return tier === 'standard' || tier === 'unspecified' ? 'default' : tier;
}

/** From here on each search is paid; before, a grounded answer is, whatever it searched for. */
const PAID_PER_SEARCH_SINCE = 3;

/** How many searches are paid: different queries that are not empty. */
export function paidSearches(queries: ReadonlySet<string>, generation: number): number {
  return generation >= PAID_PER_SEARCH_SINCE ? queries.size : Math.min(1, queries.size);
}
