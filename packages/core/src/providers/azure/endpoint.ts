import { pathSegment } from '../model-names.ts';
import { endpointsOf, type Paths, pathOf } from '../paths.ts';
import type { Endpoint, UpstreamCall, UpstreamKey } from '../types.ts';
import { FAMILIES, isDated } from './quirks.ts';

/** Behind `/openai/v1`, or behind a deployment; `responses` has no deployment in front of it. */
const OPENAI_PATHS: Paths = {
  chat: '/chat/completions',
  responses: '/responses',
  completions: '/completions',
  embeddings: '/embeddings',
  'images.generations': '/images/generations',
  'images.edits': '/images/edits',
  'audio.speech': '/audio/speech',
  'audio.transcriptions': '/audio/transcriptions',
  'audio.translations': '/audio/translations',
};

const ANTHROPIC_PATHS: Paths = {
  messages: '/anthropic/v1/messages',
  'messages.count_tokens': '/anthropic/v1/messages/count_tokens',
};

/** What resources of Azure have paths for. */
export const AZURE_ENDPOINTS: readonly Endpoint[] = [
  ...endpointsOf(OPENAI_PATHS, ANTHROPIC_PATHS),
  'realtime',
];

/** What people copy along with the resource's own URL, the deployment among it. */
const COPIED = /\/(?:openai(?:\/v1|\/deployments\/([^/]+))?|anthropic(?:\/v1)?)(?:\/.*)?$/;
/** An access token of Entra ID, which is sent as what it is; API keys have no dots. */
const ENTRA_TOKEN = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/;

/** Everything of a request that depends on the key only. */
export interface KeyEndpoint {
  readonly origin: string;
  /** Where Anthropic's API is: at the resource's other host. */
  readonly anthropicOrigin: string;
  /** In front of `/openai`; empty at Azure itself. */
  readonly root: string;
  /** The deployment that the URL names; undefined where it names none. */
  readonly deployment: string | undefined;
  readonly authorization: readonly string[];
  readonly headers: readonly string[];
  readonly streamHeaders: readonly string[];
}

/** Derives a key's endpoint; the caller memoises it. */
export function keyEndpoint({ baseUrl, secret }: UpstreamKey): KeyEndpoint {
  const url = new URL(baseUrl);
  const path = url.pathname.replace(/\/+$/, '');
  const copied = COPIED.exec(path);
  const deployment = copied?.[1];
  const authorization = authorizationOf(secret.reveal());
  const json = ['content-type', 'application/json', 'accept'];
  return {
    origin: url.origin,
    anthropicOrigin: url.origin.replace(/\.openai(\.azure\.(?:com|us|cn))$/, '.services.ai$1'),
    root: copied ? path.slice(0, copied.index) : path,
    deployment: deployment === undefined ? undefined : decodeURIComponent(deployment),
    authorization,
    headers: [...json, 'application/json', ...authorization],
    streamHeaders: [...json, 'text/event-stream', ...authorization],
  };
}

function authorizationOf(secret: string): readonly string[] {
  if (secret === '') return [];
  return ENTRA_TOKEN.test(secret) ? ['authorization', `Bearer ${secret}`] : ['api-key', secret];
}

/** Where a call goes: with a dated version to its deployment's paths, else to those of v1. */
export function callPath(
  { root }: KeyEndpoint,
  { config }: UpstreamKey,
  { endpoint, model }: UpstreamCall,
): string {
  const anthropic = ANTHROPIC_PATHS[endpoint];
  if (anthropic !== undefined) return root + anthropic;
  const path = pathOf('azure', OPENAI_PATHS, endpoint);
  const family = FAMILIES[endpoint];
  const version = family && config.apiVersions?.get(family);
  if (!isDated(version)) {
    const query = version === undefined || version === 'v1' ? '' : versionQuery(version);
    return `${root}/openai/v1${path}${query}`;
  }
  const deployment = endpoint === 'responses' ? '' : `/deployments/${pathSegment(model)}`;
  return `${root}/openai${deployment}${path}${versionQuery(version)}`;
}

/** Where a session of a deployment is opened; deployments are named by the query here. */
export function realtimePath(
  { root }: KeyEndpoint,
  { config }: UpstreamKey,
  model: string,
): string {
  const name = encodeURIComponent(model);
  const version = config.apiVersions?.get('realtime');
  if (isDated(version)) return `${root}/openai/realtime${versionQuery(version)}&deployment=${name}`;
  const query = version === undefined || version === 'v1' ? '?' : `${versionQuery(version)}&`;
  return `${root}/openai/v1/realtime${query}model=${name}`;
}

function versionQuery(version: string): string {
  return `?api-version=${encodeURIComponent(version)}`;
}
