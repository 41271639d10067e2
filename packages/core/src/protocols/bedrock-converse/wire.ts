import type { Fields } from '../json/values.ts';
import type { ConverseSource } from './media.ts';

/** A breakpoint of the prompt cache; it stands behind what is cached. */
export interface CachePoint {
  readonly cachePoint: { readonly type: 'default'; readonly ttl?: '1h' };
}

interface Media {
  readonly format: string;
  readonly source: ConverseSource;
}

export type MediaBlock =
  | { readonly image: Media }
  | { readonly video: Media }
  | { readonly audio: Media }
  | {
      readonly document: Media & {
        readonly name: string;
        readonly citations?: { readonly enabled: true };
      };
    };

/** A block of a message; what other requests of Converse had in theirs passes as it was. */
export type ContentBlock =
  | { readonly text: string }
  | MediaBlock
  | CachePoint
  | {
      readonly toolUse: {
        readonly toolUseId: string;
        readonly name: string;
        readonly input: unknown;
      };
    }
  | {
      readonly toolResult: {
        readonly toolUseId: string;
        readonly content: readonly ({ readonly text: string } | MediaBlock)[];
        readonly status?: 'error';
      };
    }
  | {
      readonly reasoningContent:
        | { readonly reasoningText: { readonly text: string; readonly signature?: string } }
        | { readonly redactedContent: string };
    }
  | {
      readonly citationsContent: {
        readonly content: readonly { readonly text: string }[];
        readonly citations: readonly unknown[];
      };
    }
  | Fields;

export interface ConverseMessage {
  readonly role: 'user' | 'assistant';
  readonly content: ContentBlock[];
}

export type ConverseTool =
  | {
      readonly toolSpec: {
        readonly name: string;
        readonly description?: string;
        readonly inputSchema: { readonly json: unknown };
        readonly strict?: true;
      };
    }
  | { readonly systemTool: { readonly name: string } }
  | CachePoint
  | Fields;

export type ConverseToolChoice =
  | { readonly auto: Fields }
  | { readonly any: Fields }
  | { readonly tool: { readonly name: string } };

export interface ToolConfig {
  readonly tools: readonly ConverseTool[];
  readonly toolChoice?: ConverseToolChoice;
}

export interface InferenceConfig {
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly stopSequences?: readonly string[];
}

/** The body of Converse and ConverseStream; the model stands in the path. */
export interface ConverseBody {
  readonly messages: readonly ConverseMessage[];
  readonly system?: readonly ContentBlock[];
  readonly inferenceConfig?: InferenceConfig;
  readonly toolConfig?: ToolConfig;
  readonly outputConfig?: Fields;
  readonly additionalModelRequestFields?: Fields;
  readonly additionalModelResponseFieldPaths?: readonly string[];
  readonly requestMetadata?: Readonly<Record<string, string>>;
  readonly serviceTier?: { readonly type: string };
}
