import type { CacheBreakpoint, Message, WireName } from './parts.ts';

/** A tool that the client runs. */
export interface FunctionTool {
  readonly type: 'function';
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the arguments. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly isStrict?: boolean;
  readonly cache?: CacheBreakpoint;
}

/** A tool that takes free text. */
export interface CustomTool {
  readonly type: 'custom';
  readonly name: string;
  readonly description?: string;
  /** The grammar of the text, in the form of OpenAI's `format`. */
  readonly format?: unknown;
}

/** A tool that the upstream runs itself; its definition means something to one wire only. */
export interface HostedTool {
  readonly type: 'hosted';
  readonly origin: WireName;
  /** `web_search` where it is one, so that other wires can offer theirs; else the wire's own name. */
  readonly name: string;
  readonly value: unknown;
}

export type Tool = FunctionTool | CustomTool | HostedTool;

export type ToolChoice =
  | { readonly mode: 'auto' | 'none' | 'required' }
  | { readonly mode: 'tool'; readonly name: string }
  /** Only these may be called; `required` when one of them must be. */
  | { readonly mode: 'allowed'; readonly names: readonly string[]; readonly isRequired: boolean };

/** The form that the answer must have. */
export type OutputFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json' }
  | {
      readonly type: 'schema';
      readonly name: string;
      readonly description?: string;
      readonly schema: Readonly<Record<string, unknown>>;
      readonly isStrict?: boolean;
    };

export type Effort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

/** How much the model should think, and what is shown of it. Each wire translates what it is given. */
export interface ReasoningWish {
  readonly effort?: Effort;
  /** Tokens for thinking; 0 turns it off, -1 leaves it to the model. */
  readonly budget?: number;
  /** The model decides whether and how much (`thinking: adaptive`). */
  readonly isAdaptive?: boolean;
  /** Whether thoughts or their summary are wanted in the answer; undefined: the upstream's default. */
  readonly isShown?: boolean;
  /** OpenAI's `summary` mode. */
  readonly summary?: string;
}

/** Numbers that steer the choice of tokens; undefined leaves them to the upstream. */
export interface Sampling {
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly seed?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly stop?: readonly string[];
  readonly logitBias?: Readonly<Record<string, number>>;
  readonly logprobs?: boolean;
  readonly topLogprobs?: number;
}

/** What a client asks for, in no vendor's words. */
export interface NeutralRequest {
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
  readonly output?: OutputFormat;
  readonly verbosity?: string;
  readonly reasoning?: ReasoningWish;
  readonly sampling: Sampling;
  readonly maxOutputTokens?: number;
  /** Answers asked for at once; 1 where the client says nothing. */
  readonly choices: number;
  readonly isStream: boolean;
  readonly modalities?: readonly string[];
  /** Voice and format of a spoken answer. */
  readonly audio?: { readonly voice: string; readonly format: string };
  /** `auto`, `default`, `flex`, `priority`, … */
  readonly serviceTier?: string;
  readonly user?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly promptCacheKey?: string;
  /** Fields of one wire without a neutral meaning, by their name there; they travel to the same wire only. */
  readonly extras: readonly Extra[];
}

/** A field that only the wire of the client knows. */
export interface Extra {
  readonly origin: WireName;
  /** Where it stands in the client's body, e.g. `safetySettings`. */
  readonly field: string;
  readonly value: unknown;
}

/**
 * The neutral name of what a target may not be able to do. `refuse` names the client's own field for
 * it; see `ClientWire.fieldOf`.
 */
export type Ability =
  | 'tools'
  | 'customTools'
  | 'hostedTools'
  | 'toolChoice'
  | 'parallelToolCalls'
  | 'output'
  | 'verbosity'
  | 'reasoning'
  | 'temperature'
  | 'topP'
  | 'topK'
  | 'seed'
  | 'presencePenalty'
  | 'frequencyPenalty'
  | 'stop'
  | 'logitBias'
  | 'logprobs'
  | 'topLogprobs'
  | 'maxOutputTokens'
  | 'choices'
  | 'modalities'
  | 'audio'
  | 'serviceTier'
  | 'user'
  | 'metadata'
  | 'promptCacheKey';

/** Something of a request that did not survive the way to an upstream. */
export type Loss =
  | { readonly ability: Ability; readonly reason: string }
  /** A field of the client's wire alone. */
  | { readonly field: string; readonly reason: string }
  /** A part of a message; `message` and `part` count from 0 in the neutral request. */
  | { readonly message: number; readonly part: number; readonly reason: string };
