import type { ReadUsage } from '../dialect.ts';
import { type Fields, listOf } from '../json/values.ts';
import { CountReader } from '../neutral/count-reader.ts';
import { NO_USAGE, outputTokens, type Usage } from '../neutral/usage.ts';
import { objectIn } from './fields.ts';

/** Runs of the model besides the answer, whose tokens the totals leave out. */
const RUNS_APART: ReadonlySet<unknown> = new Set(['compaction', 'advisor_message']);

/** The buckets that one run of the model fills; a part of the totals or apart from them. */
function readRun(run: Fields, counts: CountReader): Usage {
  const written = counts.read(run.cache_creation_input_tokens);
  const byTime = objectIn(run.cache_creation);
  const output = counts.read(run.output_tokens);
  const details = objectIn(run.output_tokens_details);
  const reasoning = counts.read(details?.thinking_tokens, output);
  return {
    ...NO_USAGE,
    input: counts.read(run.input_tokens),
    cacheRead: counts.read(run.cache_read_input_tokens),
    ...readWrites(written, byTime, counts),
    output: output - reasoning,
    reasoning,
  };
}

/** Cache writes by time to live; what the breakdown does not place is of the usual five minutes. */
function readWrites(written: number, byTime: Fields | undefined, counts: CountReader) {
  const short = counts.read(byTime?.ephemeral_5m_input_tokens);
  const long = counts.read(byTime?.ephemeral_1h_input_tokens);
  // Without a total the breakdown is all there is; a total below it is impossible.
  const total = written === 0 ? short + long : written;
  if (short + long > total) counts.isSuspicious = true;
  const cacheWrite1h = Math.min(long, total);
  return { cacheWrite5m: total - cacheWrite1h, cacheWrite1h };
}

function add(a: Usage, b: Usage): Usage {
  return {
    ...a,
    input: a.input + b.input,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite5m: a.cacheWrite5m + b.cacheWrite5m,
    cacheWrite1h: a.cacheWrite1h + b.cacheWrite1h,
    output: a.output + b.output,
    reasoning: a.reasoning + b.reasoning,
  };
}

/**
 * Reads a usage object of the messages wire in disjoint buckets; undefined when there is none (absent
 * is not zero). `input_tokens` leaves out what the cache read or wrote, `output_tokens` includes
 * thinking. Web searches are its units: fetches and code cost nothing by the piece.
 */
export function readMessagesUsage(wire: unknown): ReadUsage | undefined {
  const given = objectIn(wire);
  if (given === undefined) return undefined;
  if (isAbsent(given.input_tokens) && isAbsent(given.output_tokens)) return undefined;
  const counts = new CountReader();
  const tools = objectIn(given.server_tool_use);
  let usage = { ...readRun(given, counts), units: counts.read(tools?.web_search_requests) };
  for (const entry of listOf(given.iterations)) {
    const run = objectIn(entry);
    if (run && RUNS_APART.has(run.type)) usage = { ...usage, ...add(usage, readRun(run, counts)) };
  }
  return { usage, isSuspicious: counts.isSuspicious };
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

/**
 * A later usage of a stream over an earlier one: counts are cumulative, and a field that is absent or
 * null says nothing new.
 */
export function mergeWireUsage(earlier: Fields, later: unknown): Fields {
  const told = Object.entries(objectIn(later) ?? {}).filter(([, value]) => !isAbsent(value));
  return { ...earlier, ...Object.fromEntries(told) };
}

/**
 * The usage as clients of this wire expect it, all of its counts present; zero where the upstream
 * told none. `cache_creation_tokens` and `cache_read_tokens` are the names that every dialect shares.
 */
export function writeMessagesUsage(usage: Usage = NO_USAGE, serviceTier?: string): object {
  const written = usage.cacheWrite5m + usage.cacheWrite1h;
  return {
    input_tokens: usage.input + usage.inputAudio + usage.inputImage,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: usage.cacheRead,
    cache_creation: {
      ephemeral_5m_input_tokens: usage.cacheWrite5m,
      ephemeral_1h_input_tokens: usage.cacheWrite1h,
    },
    output_tokens: outputTokens(usage),
    output_tokens_details: usage.reasoning === 0 ? null : { thinking_tokens: usage.reasoning },
    server_tool_use:
      usage.units === 0 ? null : { web_search_requests: usage.units, web_fetch_requests: 0 },
    service_tier: writeServiceTier(serviceTier),
    cache_creation_tokens: written,
    cache_read_tokens: usage.cacheRead,
  };
}

/** The tier that served an answer, in OpenAI's words; undefined when it is not told. */
export function readServiceTier(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return value === 'standard' ? 'default' : value;
}

function writeServiceTier(tier: string | undefined): string | null {
  if (tier === undefined) return null;
  return tier === 'default' ? 'standard' : tier;
}
