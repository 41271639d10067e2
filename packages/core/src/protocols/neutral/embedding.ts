import type { Usage } from './usage.ts';

/** One text to embed, or its tokens in the model's own numbers. */
export type EmbeddingInput =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tokens'; readonly tokens: readonly number[] };

/** What the vectors are for, where a model tells such uses apart. */
export type EmbeddingTask =
  | 'query'
  | 'document'
  | 'similarity'
  | 'classification'
  | 'clustering'
  | 'questionAnswering'
  | 'factVerification'
  | 'codeQuery';

/** A request for the vectors of some texts. */
export interface EmbeddingRequest {
  readonly inputs: readonly EmbeddingInput[];
  readonly dimensions?: number;
  readonly task?: EmbeddingTask;
  /** The title of a document, where `task` is that. */
  readonly title?: string;
  /** How the client wants its vectors; upstreams are always asked for numbers. */
  readonly encoding: 'float' | 'base64';
  /** Whether inputs that are too long are cut rather than refused; undefined: the upstream's way. */
  readonly mayTruncate?: boolean;
  readonly user?: string;
}

/** The vectors, in the order of the inputs. */
export interface EmbeddingAnswer {
  /** The model as the upstream names it; empty when it does not. */
  readonly model: string;
  readonly vectors: readonly (readonly number[])[];
  /** Undefined when the upstream reported none: absent is not zero. */
  readonly usage: Usage | undefined;
  /** Whether the usage held impossible counts. */
  readonly isSuspicious: boolean;
}

/** What a target of embeddings may not be able to do. */
export type EmbeddingAbility =
  /** Inputs as tokens. */
  | 'tokens'
  /** More than one input. */
  | 'inputs'
  | 'dimensions'
  | 'task'
  | 'title'
  | 'mayTruncate';

/** Something of a request for vectors that did not survive the way to an upstream. */
export interface EmbeddingLoss {
  readonly ability: EmbeddingAbility;
  readonly reason: string;
}
