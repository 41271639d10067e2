import { fixture } from '../fixtures.ts';
import { eventFrame, readMessages } from './event-stream.ts';
import type { RecordedRequest } from './recorded.ts';
import { type HttpReply, type Part, splitEvents } from './reply.ts';

/** The wires that upstreams speak. */
export type FamilyName = 'chat' | 'responses' | 'messages' | 'gemini' | 'converse';

/** How the upstreams of one wire are asked and how they answer. */
export interface UpstreamFamily {
  readonly name: FamilyName;
  /** The folder of its fixtures. */
  readonly folder: string;
  /** The media types of a whole answer and of a stream. */
  readonly wholeType: string;
  readonly streamType: string;
  /** Path and query at which a model is asked. */
  pathOf(model: string, isStream: boolean): string;
  /** The header that shows the key. */
  credentialOf(secret: string): readonly [name: string, value: string];
  /** A header that has to be there besides, and what it may say. */
  readonly version?: { readonly header: string; readonly values: readonly string[] };
  /** Whether the model stands in the body. */
  readonly hasModelInBody: boolean;
  /** A stream as the parts in which it leaves. */
  partsOf(stream: Buffer): readonly Part[];
  readonly streamExtension: 'sse' | 'jsonl';
  /** Headers of an error besides its body. */
  errorHeaders?(fixtureName: string): Readonly<Record<string, string>>;
}

const SSE = {
  wholeType: 'application/json',
  streamType: 'text/event-stream',
  partsOf: splitEvents,
  streamExtension: 'sse',
} as const;

const bearer = (secret: string) => ['authorization', `Bearer ${secret}`] as const;

/** `ThrottlingException` and the like stand in a header, by the words of the fixture's name. */
const AWS_ERRORS: Readonly<Record<string, string>> = {
  'error-400-validation': 'ValidationException',
  'error-429-throttled': 'ThrottlingException',
  'error-500-internal': 'InternalServerException',
};

/** Every family, by its name. */
export const upstreamFamilies: Readonly<Record<FamilyName, UpstreamFamily>> = {
  chat: {
    ...SSE,
    name: 'chat',
    folder: 'openai-chat',
    pathOf: () => '/v1/chat/completions',
    credentialOf: bearer,
    hasModelInBody: true,
  },
  responses: {
    ...SSE,
    name: 'responses',
    folder: 'openai-responses',
    pathOf: () => '/v1/responses',
    credentialOf: bearer,
    hasModelInBody: true,
  },
  messages: {
    ...SSE,
    name: 'messages',
    folder: 'anthropic-messages',
    pathOf: () => '/v1/messages',
    credentialOf: (secret) => ['x-api-key', secret],
    // The second is what the vendor's clients ask for since their first major versions.
    version: { header: 'anthropic-version', values: ['2023-06-01', '2026-10-21'] },
    hasModelInBody: true,
  },
  gemini: {
    ...SSE,
    wholeType: 'application/json; charset=UTF-8',
    name: 'gemini',
    folder: 'gemini',
    pathOf: (model, isStream) =>
      `/v1beta/models/${model}:${isStream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    credentialOf: (secret) => ['x-goog-api-key', secret],
    hasModelInBody: false,
  },
  converse: {
    name: 'converse',
    folder: 'bedrock-converse',
    wholeType: 'application/json',
    streamType: 'application/vnd.amazon.eventstream',
    streamExtension: 'jsonl',
    pathOf: (model, isStream) =>
      `/model/${encodeURIComponent(model)}/converse${isStream ? '-stream' : ''}`,
    credentialOf: bearer,
    hasModelInBody: false,
    partsOf: (stream) => readMessages(stream).map(eventFrame),
    errorHeaders: (name) => ({
      'x-amzn-errortype': `${AWS_ERRORS[name]}:http://internal.amazon.com/`,
    }),
  },
};

/** What a family is asked with. */
export interface FamilyKey {
  readonly secret: string;
  /** The model's name at the upstream. */
  readonly model: string;
}

/** What is wrong with a request to a family; empty where nothing is. */
export function faultsOf(
  family: UpstreamFamily,
  { secret, model }: FamilyKey,
  request: RecordedRequest,
): readonly string[] {
  const [name, value] = family.credentialOf(secret);
  const expected: [header: string, values: readonly string[]][] = [
    ['content-type', ['application/json']],
    [name, [value]],
  ];
  if (family.version) expected.push([family.version.header, family.version.values]);
  const faults = expected
    .filter(([header, values]) => !values.includes(String(request.headers[header])))
    .map(([header, values]) => `${header}: ${request.headers[header]}, not ${values.join(' or ')}`);
  const paths = [false, true].map((isStream) => family.pathOf(model, isStream));
  if (request.method !== 'POST') faults.push(`method ${request.method}`);
  if (!paths.includes(request.path)) faults.push(`path ${request.path}, not ${paths.join(' or ')}`);
  const body = request.json() as { readonly model?: unknown };
  if (family.hasModelInBody && body.model !== model) faults.push(`model ${body.model}`);
  return faults;
}

/** Whether a request wants its answer as a stream. */
export function wantsStream(
  family: UpstreamFamily,
  { model }: FamilyKey,
  request: RecordedRequest,
): boolean {
  const streamPath = family.pathOf(model, true);
  if (streamPath !== family.pathOf(model, false)) return request.path === streamPath;
  return (request.json() as { readonly stream?: unknown }).stream === true;
}

/** The whole answer of a fixture; `../other-folder/name` is one of another folder. */
export function wholeFixture(family: UpstreamFamily, name: string): HttpReply {
  const body = fixture(`${family.folder}/${name}.json`);
  return { contentType: family.wholeType, contentLength: body.length, parts: [body] };
}

/** The stream of a fixture, one part for each of its events. */
export function streamFixture(family: UpstreamFamily, name: string): HttpReply {
  const stream = fixture(`${family.folder}/${name}.${family.streamExtension}`);
  return { contentType: family.streamType, parts: family.partsOf(stream) };
}

/** The error of a fixture, whose name tells its status: `error-429-rate-limit`. */
export function errorFixture(family: UpstreamFamily, name: string): HttpReply {
  const status = Number(/^error-(\d{3})-/.exec(name)?.[1]);
  const body = fixture(`${family.folder}/${name}.json`);
  const headers = family.errorHeaders?.(name) ?? {};
  return { status, headers, contentType: family.wholeType, parts: [body] };
}
