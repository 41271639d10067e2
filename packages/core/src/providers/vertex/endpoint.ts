import { pathSegment } from '../model-names.ts';
import { endpointsOf, type Paths, pathOf } from '../paths.ts';
import type { Endpoint, UpstreamCall, UpstreamKey } from '../types.ts';

const GLOBAL_HOST = 'aiplatform.googleapis.com';
const REGIONAL_HOST = /^([a-z]+(?:-[a-z]+)+\d+)-aiplatform\.googleapis\.com$/;
const MULTI_REGION_HOST = /^aiplatform\.([a-z]+)\.rep\.googleapis\.com$/;
const VERSION = /\/v\d+[a-z]*\d*(?=\/|$)/;
const RESOURCE = /\/projects\/[^/]+\/locations\/([^/]+)/;
const GLOBAL = 'global';

/** Everything of a request that depends on the key only. */
export interface KeyEndpoint {
  readonly origin: string;
  /** Up to and including the location, e.g. `/v1/projects/p/locations/global`. */
  readonly resource: string;
}

/** The location that a host of Vertex AI stands for; undefined for any other host. */
export function locationOfHost(host: string): string | undefined {
  if (host === GLOBAL_HOST) return GLOBAL;
  return (REGIONAL_HOST.exec(host) ?? MULTI_REGION_HOST.exec(host))?.[1];
}

/** Derives a key's endpoint; the caller memoises it. */
export function keyEndpoint({ baseUrl, config }: UpstreamKey): KeyEndpoint {
  const project = config.serviceAccount?.projectId ?? '';
  const given = (config.baseUrl ?? baseUrl).replace('{project}', project);
  const written = RESOURCE.exec(given)?.[1];
  const fixed = written === '{location}' ? undefined : written;
  const host = URL.parse(given.replace('{location}', GLOBAL))?.host ?? '';
  const location = config.region ?? fixed ?? locationOfHost(host) ?? GLOBAL;
  const url = new URL(given.replace('{location}', location));
  return { origin: originAt(url, location), resource: resourceOf(url.pathname, project, location) };
}

/** A location is served by its own host: the global one is for those who name no other. */
function originAt(url: URL, location: string): string {
  if (url.host !== GLOBAL_HOST || location === GLOBAL) return url.origin;
  const isMultiRegion = !location.includes('-');
  return isMultiRegion
    ? `https://aiplatform.${location}.rep.googleapis.com`
    : `https://${location}-${GLOBAL_HOST}`;
}

function resourceOf(pathname: string, project: string, location: string): string {
  const path = pathname.replace(/\/+$/, '');
  const resource = RESOURCE.exec(path);
  if (resource) return path.slice(0, resource.index + resource[0].length);
  const version = VERSION.exec(path);
  const root = version ? path.slice(0, version.index + version[0].length) : `${path}/v1`;
  return `${root}/projects/${project}/locations/${location}`;
}

const VERBS: Paths = {
  gemini: 'generateContent',
  'gemini.countTokens': 'countTokens',
  'gemini.embedContent': 'embedContent',
  'gemini.predict': 'predict',
};

/** What the project can be asked for. */
export const VERTEX_ENDPOINTS: readonly Endpoint[] = [
  ...endpointsOf(VERBS),
  'messages',
  'messages.count_tokens',
  'chat',
];

/** The path of a call behind the location. */
export function callPath({ endpoint, model, stream }: UpstreamCall): string {
  const bare = pathSegment(model.slice(model.lastIndexOf('/') + 1));
  switch (endpoint) {
    case 'messages':
      return `/publishers/anthropic/models/${bare}:${stream ? 'streamRawPredict' : 'rawPredict'}`;
    case 'messages.count_tokens':
      return '/publishers/anthropic/models/count-tokens:rawPredict';
    case 'chat':
      return '/endpoints/openapi/chat/completions';
    default: {
      const verb = pathOf('vertex', VERBS, endpoint);
      const isStream = endpoint === 'gemini' && stream;
      const action = isStream ? 'streamGenerateContent?alt=sse' : verb;
      return `/publishers/google/models/${bare}:${action}`;
    }
  }
}
