import type { Secret } from '../kernel/index.ts';
import type { FieldNames, WireName } from '../protocols/index.ts';
import type { HeaderLookup, ServiceAccount, TransportFault, UpstreamRequest } from './transport.ts';

/** The upstream kinds that exist; `registry.ts` holds the only list of their implementations. */
export type ProviderKind = Exclude<ProviderType, 'openai'>;

/** What a provider reads of a provider key. */
export interface UpstreamKey {
  /** As the owner gave it, normalised: scheme, host, port and path without a trailing slash. */
  readonly baseUrl: string;
  /** Lower-case host name of `baseUrl` with its port where it is not the scheme's own. */
  readonly host: string;
  readonly secret: Secret;
  readonly config: ProviderKeyConfig;
  /** Whether its owner may reach private and local addresses; absent means no. */
  readonly mayReachPrivate?: boolean;
}

/** The `Config` of a provider key after validation. */
export interface ProviderKeyConfig {
  readonly providerType: ProviderType;
  /** Model globs → the name that this upstream knows the model by. */
  readonly modelMapping?: ReadonlyMap<string, string>;
  /** Globs of the models that this key serves; replaces what is known of the host. */
  readonly models?: readonly string[];
  /** Longest silence of a stream in milliseconds, where it is not the usual one of the kind. */
  readonly idleTimeoutMs?: number;
  /** Longest time for one attempt in milliseconds, likewise. */
  readonly timeoutMs?: number;
  /** Overrides what is known of the host about `stream_options.include_usage`. */
  readonly includeUsage?: boolean;
  /** Azure: what is asked for → the `api-version` to name. */
  readonly apiVersions?: ReadonlyMap<ApiFamily, string>;
  /** Where requests go instead of `baseUrl`; `{project}` and `{location}` stand for the key's own. */
  readonly baseUrl?: string;
  /** The cloud's region or location, where the host does not tell. */
  readonly region?: string;
  /** Vertex: as whom access tokens are fetched. */
  readonly serviceAccount?: ServiceAccount;
  /** Bedrock: what signs requests; without it the key's secret is a Bedrock API key. */
  readonly aws?: AwsCredentials;
}

/** The parts of a service that `Config.api_versions` tells apart. */
export type ApiFamily =
  | 'chat'
  | 'completions'
  | 'responses'
  | 'embeddings'
  | 'images'
  | 'audio'
  | 'realtime';

/** An AWS access key; the token belongs to temporary ones. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly sessionToken?: Secret;
}

/** `Config.provider_type` values; `openai` is the standard kind with OpenAI's ways at any host. */
export type ProviderType =
  | 'standard'
  | 'openai'
  | 'anthropic'
  | 'gemini'
  | 'azure'
  | 'vertex'
  | 'bedrock'
  | 'cohere'
  | 'jina'
  | 'sandbox';

/** What can be asked of an upstream: the chat-like wires by name, and everything else. */
export type Endpoint =
  | WireName
  | 'messages.count_tokens'
  | 'gemini.countTokens'
  | 'gemini.embedContent'
  | 'gemini.batchEmbedContents'
  | 'cohere.embed'
  | 'gemini.predict'
  | 'completions'
  | 'embeddings'
  | 'moderations'
  | 'images.generations'
  | 'images.edits'
  | 'images.variations'
  | 'audio.speech'
  | 'audio.transcriptions'
  | 'audio.translations'
  | 'rerank'
  | 'realtime';

/** A call to turn into a request; `body` is already in the upstream's dialect. */
export interface UpstreamCall {
  readonly endpoint: Endpoint;
  /** The name under which the upstream knows the model, for paths. */
  readonly model: string;
  readonly body: Buffer;
  readonly stream: boolean;
  /** `application/json` unless given, e.g. `multipart/form-data; boundary=…`. */
  readonly contentType?: string;
  /** The client's own headers, of which a provider passes on those of its API (beta flags). */
  readonly clientHeaders?: HeaderLookup;
}

/** The moment of a request, for signatures. */
export interface RequestMoment {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** What came back of one attempt: a response head with (the beginning of) its body, or a fault. */
export type Reply =
  | {
      readonly status: number;
      readonly headers: HeaderLookup;
      /** The error body; empty when none was read. Only its beginning is looked at. */
      readonly body: Buffer;
    }
  | { readonly fault: TransportFault };

/** How long a key must rest, decided by the reply alone; runtime counting is the pool's. */
export type SleepOrder =
  /** At once, by the ladder 5, 15, 30, 60 … minutes: the key itself is not usable. */
  | { readonly kind: 'now' }
  /** Exactly this long, without counting as a failure (429 with `Retry-After`). */
  | { readonly kind: 'for'; readonly ms: number }
  /** Only after several consecutive failures. */
  | { readonly kind: 'count' };

/** The judgement on a failed attempt. */
export interface Verdict {
  /** Whether another key, level or model may be tried. */
  readonly retry: boolean;
  readonly cause: 'auth' | 'quota' | 'rate' | 'overload' | 'network' | 'protocol' | 'caller';
  /** What the reply means for the key; absent when it says nothing about the key. */
  readonly sleep?: SleepOrder;
  /** From the reply's `Retry-After`, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** Where an upstream departs from OpenAI's chat API, as far as edits to the body need it. */
export interface Quirks {
  /** Understands `stream_options.include_usage`. */
  readonly includeUsage: boolean;
  /** The field that bounds the output; `either` passes both through. */
  readonly outputBound: 'max_tokens' | 'max_completion_tokens' | 'either';
  /** Fields of a chat request that the upstream refuses or takes no notice of. */
  readonly unsupported?: readonly string[];
  /** What embeddings and ranking call the fields here that OpenAI or Jina has under another name. */
  readonly fieldNames?: FieldNames;
}

/** One upstream: pure translation between calls, HTTP and verdicts. Never fetches. */
export interface Provider {
  readonly kind: ProviderKind;
  /**
   * The wires on which a model that chats can be asked, best first: a client that speaks one of them
   * is passed through, any other is translated to the first. Empty where nothing chats.
   */
  wires(key: UpstreamKey, canonicalModel: string): readonly WireName[];
  /** What the upstream has paths for; whether a model answers there is its own affair. */
  endpoints(key: UpstreamKey): readonly Endpoint[];
  /** Throws when the upstream has no such endpoint; `endpoints` tells. */
  request(key: UpstreamKey, call: UpstreamCall, at?: RequestMoment): UpstreamRequest;
  /** Judges a failed reply (status ≥ 400 or a fault); successes are not shown to it. */
  judge(reply: Reply): Verdict;
  quirks(key: UpstreamKey): Quirks;
  /** Globs of the models that the key can answer; undefined when nothing is known of them. */
  served(key: UpstreamKey): readonly string[] | undefined;
  /** The vendor's globs for completing a LevelMapper; none for an unknown host. */
  vendorPatterns(key: UpstreamKey): readonly string[];
  /** The name of a model at this upstream. `spelled` is the name before aliases were resolved. */
  upstreamModel(key: UpstreamKey, canonical: string, spelled: string): string;
}
