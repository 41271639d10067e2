// What every wire has to be proved with.
import type { WireName } from '../../protocols/index.ts';

/** What has to be proved of each wire of a provider. */
export const CASES = [
  'request',
  'whole answer',
  'text stream',
  'parallel tool calls',
  'reasoning',
  'cache usage',
  'refusal',
  'length stop',
  'content filter',
  'error bodies',
  'error in a stream',
  'cut stream',
] as const;
export type Case = (typeof CASES)[number];

/** Why there is nothing to prove. */
export interface Reason {
  readonly because: string;
}

/** The fixture of a case, by its name in the folder of its wire, or why there is none. */
export type Proof = string | Reason;

/** A reason. */
export const because = (text: string): Reason => ({ because: text });

/** A request of its own making has no fixture, nor has what is found in a folder. */
export type FixtureCase = Exclude<Case, 'request' | 'error bodies'>;

/** The fixtures of each wire in its maker's documented format. */
export const WIRE_PROOFS: Readonly<Record<WireName, Readonly<Record<FixtureCase, Proof>>>> = {
  chat: {
    'whole answer': 'text',
    'text stream': 'text',
    'parallel tool calls': 'parallel-tool-calls',
    reasoning: 'reasoning-and-cache',
    'cache usage': 'reasoning-and-cache',
    refusal: 'refusal',
    'length stop': 'length',
    'content filter': 'content-filter',
    'error in a stream': 'error-in-stream',
    'cut stream': 'text',
  },
  responses: {
    'whole answer': 'text',
    'text stream': 'text',
    'parallel tool calls': 'parallel-tool-calls',
    reasoning: 'reasoning-with-call',
    'cache usage': 'reasoning-and-cache',
    refusal: 'refusal',
    'length stop': 'length',
    'content filter': 'content-filter',
    'error in a stream': 'error-in-stream',
    'cut stream': 'text',
  },
  messages: {
    'whole answer': 'text',
    'text stream': 'text',
    'parallel tool calls': 'parallel-tool-calls',
    reasoning: 'reasoning-with-tools',
    'cache usage': 'cache-usage',
    refusal: 'refusal',
    'length stop': 'length',
    'content filter': because('the wire has one stop reason, refusal, for filters and refusals'),
    'error in a stream': 'error-in-stream',
    'cut stream': 'text',
  },
  gemini: {
    'whole answer': 'text',
    'text stream': 'text',
    'parallel tool calls': 'parallel-tool-calls',
    reasoning: 'reasoning-and-cache',
    'cache usage': 'reasoning-and-cache',
    refusal: because('the wire knows filters only, no refusals'),
    'length stop': 'length',
    'content filter': 'content-filter',
    'error in a stream': 'error-in-stream',
    'cut stream': 'text',
  },
  converse: {
    'whole answer': 'text',
    'text stream': 'text',
    'parallel tool calls': 'parallel-tool-calls',
    reasoning: 'reasoning',
    'cache usage': 'cache-usage',
    refusal: because('the wire knows filters and guardrails only, no refusals'),
    'length stop': 'length',
    'content filter': 'content-filter',
    'error in a stream': 'error-model-stream',
    'cut stream': 'text',
  },
};

/** The folders of the fixtures. */
export const FOLDERS: Readonly<Record<WireName, string>> = {
  chat: 'openai-chat',
  responses: 'openai-responses',
  messages: 'anthropic-messages',
  gemini: 'gemini',
  converse: 'bedrock-converse',
};
