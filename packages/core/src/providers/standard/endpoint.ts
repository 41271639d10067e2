import { type Paths, pathOf } from '../paths.ts';
import type { Endpoint, UpstreamKey } from '../types.ts';
import { presetOf } from './quirks.ts';

const VERSIONED = /\/v\d+[a-z]*\d*$/;

/** Paths behind the API's base; the ends that people copy along with a base URL, too. */
const PATHS: Paths = {
  chat: '/chat/completions',
  responses: '/responses',
  messages: '/messages',
  'messages.count_tokens': '/messages/count_tokens',
  completions: '/completions',
  embeddings: '/embeddings',
  moderations: '/moderations',
  'images.generations': '/images/generations',
  'images.edits': '/images/edits',
  'images.variations': '/images/variations',
  'audio.speech': '/audio/speech',
  'audio.transcriptions': '/audio/transcriptions',
  'audio.translations': '/audio/translations',
  rerank: '/rerank',
  realtime: '/realtime',
};
const ENDINGS = Object.values(PATHS);

/** Everything of a request that depends on the key only. */
export interface KeyEndpoint {
  readonly origin: string;
  /** Path in front of the endpoint's own part, e.g. `/v1`. */
  readonly basePath: string;
  /** Empty for a key without a secret. */
  readonly authorization: readonly string[];
  /** Of JSON requests, whole and streamed. */
  readonly headers: readonly string[];
  readonly streamHeaders: readonly string[];
}

/** Derives a key's endpoint; the caller memoises it. */
export function keyEndpoint(key: UpstreamKey): KeyEndpoint {
  const url = new URL(key.baseUrl);
  const secret = key.secret.reveal();
  const authorization = secret === '' ? [] : ['authorization', `Bearer ${secret}`];
  const json = ['content-type', 'application/json', 'accept'];
  return {
    origin: url.origin,
    basePath: apiBase(key, url.pathname),
    authorization,
    headers: [...json, 'application/json', ...authorization],
    streamHeaders: [...json, 'text/event-stream', ...authorization],
  };
}

/** The path of an endpoint. Throws for what no OpenAI-compatible server has. */
export function endpointPath({ basePath }: KeyEndpoint, own: Paths, endpoint: Endpoint): string {
  return own[endpoint] ?? basePath + pathOf('standard', PATHS, endpoint);
}

/** The path in front of `/chat/completions` for a base URL given with or without its version part. */
function apiBase({ host, config }: UpstreamKey, pathname: string): string {
  const preset = presetOf(host, config.providerType);
  const trimmed = pathname.replace(/\/+$/, '');
  const ending = ENDINGS.find((known) => trimmed.endsWith(known)) ?? '';
  const path = trimmed.slice(0, trimmed.length - ending.length);
  const isPrefix = path === '' || preset.apiBase === path || preset.apiBase.startsWith(`${path}/`);
  if (isPrefix || path === '/v1') return preset.apiBase;
  if (VERSIONED.test(path) || preset.apiBase === '' || path.endsWith('/openai')) return path;
  return `${path}/v1`;
}

/** A base URL in normal form with its host, or undefined when it is no http(s) URL. */
export function parseBaseUrl(
  text: string,
): { readonly baseUrl: string; readonly host: string; readonly url: URL } | undefined {
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') {
    return undefined;
  }
  const path = url.pathname.replace(/\/+$/, '');
  return { baseUrl: `${url.origin}${path}`, host: url.host.toLowerCase(), url };
}
