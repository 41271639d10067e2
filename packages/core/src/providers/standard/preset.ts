import type { FieldNames, WireName } from '../../protocols/index.ts';
import type { Endpoint, Quirks } from '../types.ts';

/** What OpenAI-compatible servers offer besides wires. */
export type PlainEndpoint = Exclude<Endpoint, WireName | `gemini.${string}` | `cohere.${string}`>;

/** What is known of one vendor's OpenAI-compatible API. */
export interface HostPreset extends Quirks {
  readonly vendor: string;
  /** Host names, lower case; for servers that people run themselves, `*:port` on a private host. */
  readonly hosts: readonly string[];
  /** Path in front of `/chat/completions`. */
  readonly apiBase: string;
  /** Globs of the models served; undefined when the host serves whatever it was given. */
  readonly patterns: readonly string[] | undefined;
  /** The wires that the vendor documents, best first. */
  readonly wires: readonly StandardWire[];
  /** What the vendor documents besides. */
  readonly endpoints: readonly PlainEndpoint[];
  /** Paths from the root of the host, for what is not under `apiBase`. */
  readonly paths?: Readonly<Partial<Record<Endpoint, string>>>;
  /** Globs of models that are asked on fewer wires than the others. */
  readonly wiresOf?: ReadonlyMap<string, readonly StandardWire[]>;
  /** Sells other makers' models, under names with a vendor prefix. */
  readonly resells?: true;
  /** Glob → prefix of names in the host's name space. */
  readonly prefixes?: ReadonlyMap<string, string>;
  /** Glob of the models whose version the host writes with dots where the maker writes dashes. */
  readonly dottedVersions?: string;
}

/** The wires that OpenAI-compatible servers speak, some of them Anthropic's besides. */
export type StandardWire = 'chat' | 'responses' | 'messages';

/** Of vendors who do not document that embeddings can be asked for as base64. */
export const NUMBERS_ONLY: FieldNames = new Map([['encoding_format', null]]);
