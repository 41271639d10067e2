import { apiPath } from '../base-path.ts';
import { pathSegment } from '../model-names.ts';
import { pathOf } from '../paths.ts';
import type { UpstreamCall, UpstreamKey } from '../types.ts';
import { GEMINI_OPENAI_PATHS, GEMINI_VERBS } from './quirks.ts';

const ROOT = {
  version: '/v1beta',
  // `/v1` is what people add out of habit; much of the API exists in `v1beta` only.
  endings: ['/openai/chat/completions', '/openai', '/models', '/v1'],
};
const COLLECTION = /^(models|tunedModels)\//;

/** Everything of a request that depends on the key only. */
export interface KeyEndpoint {
  readonly origin: string;
  /** Path in front of the collection of models, e.g. `/v1beta`. */
  readonly basePath: string;
  readonly headers: readonly string[];
  /** Of the host's OpenAI-compatible API. */
  readonly bearerHeaders: readonly string[];
}

/** Derives a key's endpoint; the caller memoises it. The key stands in a header, never in a URL. */
export function keyEndpoint({ baseUrl, secret }: UpstreamKey): KeyEndpoint {
  const url = new URL(baseUrl);
  const text = secret.reveal();
  const headers = ['content-type', 'application/json'];
  return {
    origin: url.origin,
    basePath: apiPath(url.pathname, ROOT),
    headers: text === '' ? headers : [...headers, 'x-goog-api-key', text],
    bearerHeaders: text === '' ? headers : [...headers, 'authorization', `Bearer ${text}`],
  };
}

/** The path of a call behind the base path, and whether it is of the OpenAI-compatible API. */
export function callPath(call: UpstreamCall): {
  readonly path: string;
  readonly isOpenai: boolean;
} {
  const openai = GEMINI_OPENAI_PATHS[call.endpoint];
  if (openai !== undefined) return { path: openai, isOpenai: true };
  const verb = pathOf('gemini', GEMINI_VERBS, call.endpoint);
  const [, collection = 'models'] = COLLECTION.exec(call.model) ?? [];
  const model = `/${collection}/${pathSegment(call.model.replace(COLLECTION, ''))}`;
  const isStream = call.endpoint === 'gemini' && call.stream;
  return {
    path: isStream ? `${model}:streamGenerateContent?alt=sse` : `${model}:${verb}`,
    isOpenai: false,
  };
}
