import {
  type Arrival,
  countPrompt,
  type Pipeline,
  type PromptCounting,
  type Responder,
  run,
  type Surface,
} from '@meridian/core/inference';
import type { CallPath } from '@meridian/core/protocols';
import type { DefaultModelKind } from '@meridian/core/routing';
import type { FormKind } from './forms/form-limits.ts';

/** What a path of an inference endpoint means. */
export interface InferenceTarget {
  /** The path as allowlists and logs know it. */
  readonly endpoint: string;
  readonly surface: Surface;
  /** Answers a request that was let in; never throws. */
  serve(arrival: Arrival, responder: Responder): Promise<void>;
  /** What the path says of the request, for dialects that put it there. */
  readonly path?: CallPath;
  /** Streams are a JSON array instead of server-sent events. */
  readonly isArrayStream?: boolean;
  /** The header in which this surface's clients look for the request id, beside `x-request-id`. */
  readonly requestIdHeader?: string;
  /** What its forms carry, where it takes forms beside JSON. */
  readonly form?: FormKind;
  /** The kind of the owner's model for requests that name none. */
  readonly defaultModel?: DefaultModelKind;
}

/** Finds the inference endpoint of a `POST` path; undefined for every other path. */
export type FindTarget = (path: string, query: string) => InferenceTarget | undefined;

/** The pipelines of the surfaces, by their names. */
export type Pipelines = ReadonlyMap<string, Pipeline>;

/** The endpoints without parameters. */
export interface FixedEndpoint {
  readonly surface: string;
  readonly path: string;
  /** The path as allowlists and logs know it, where that is another. */
  readonly endpoint?: string;
  readonly requestIdHeader?: string;
  /** What stands before the pipeline, where it is not that of the surface. */
  readonly front?: string;
  /** Set where the endpoint only counts tokens. */
  readonly counting?: PromptCounting;
  /** What its forms carry, where it takes forms beside JSON. */
  readonly form?: FormKind;
  /** The kind of the owner's model for requests that name none. */
  readonly defaultModel?: DefaultModelKind;
}

/** A name may have colons of its own: those of Amazon do. */
const GOOGLE_PATH = /^\/v1(?:beta)?\/models\/(.+):(\w+)$/;

/** The surfaces of the methods that Google's models have. */
const GOOGLE_METHODS: ReadonlyMap<string | undefined, string> = new Map([
  ['generateContent', 'gemini'],
  ['streamGenerateContent', 'gemini'],
  ['countTokens', 'gemini'],
  ['embedContent', 'gemini.embedContent'],
  ['batchEmbedContents', 'gemini.batchEmbedContents'],
]);

/** What is not the same for all surfaces. */
export interface SpecialTargets {
  readonly googleCounting: PromptCounting;
  /** What stands before the pipeline, by surface or by the endpoint's own `front`. */
  readonly fronts: ReadonlyMap<string, InferenceTarget['serve']>;
}

/** Knows the endpoints of all surfaces. */
export function createFindTarget(
  pipelines: Pipelines,
  endpoints: readonly FixedEndpoint[],
  special: SpecialTargets,
): FindTarget {
  const fixed = new Map<string, InferenceTarget>();
  for (const { surface, path, endpoint = path, front = surface, counting, ...more } of endpoints) {
    const line = pipelines.get(surface);
    if (!line) throw new Error(`no pipeline for the surface ${surface}`);
    const target = targetOf(endpoint, line, counting);
    const serve = special.fronts.get(front) ?? target.serve;
    fixed.set(path, { ...target, serve, ...more });
  }
  return (path, query) => {
    const found = fixed.get(path);
    if (found || !path.includes(':')) return found;
    const match = GOOGLE_PATH.exec(path);
    const model = match?.[1] && decoded(match[1]);
    const google = pipelines.get(GOOGLE_METHODS.get(match?.[2]) ?? '');
    if (!match || !google || model === undefined) return undefined;
    const isStream = match[2] === 'streamGenerateContent';
    const counting = match[2] === 'countTokens' ? special.googleCounting : undefined;
    const isArrayStream = isStream && new URLSearchParams(query).get('alt') !== 'sse';
    return { ...targetOf(path, google, counting), path: { model, isStream }, isArrayStream };
  };
}

function targetOf(
  endpoint: string,
  line: Pipeline,
  counting: PromptCounting | undefined,
): InferenceTarget {
  const { surface } = line.attempts;
  return {
    endpoint,
    surface,
    serve: counting
      ? (arrival, responder) => countPrompt(arrival, responder, { line, counting })
      : (arrival, responder) => run(arrival, responder, line),
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
