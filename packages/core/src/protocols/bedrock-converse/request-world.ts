import type { Message, Part } from '../neutral/parts.ts';
import type { Loss, NeutralRequest } from '../neutral/request.ts';
import type { WireTarget } from '../wire.ts';
import { converseUpstream } from './index.ts';

/** For tests: a request that says hello, with what a test is about. */
export function requestWith(fields: Partial<NeutralRequest>): NeutralRequest {
  return {
    messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hello' }] }],
    tools: [],
    sampling: {},
    choices: 1,
    isStream: false,
    extras: [],
    ...fields,
  };
}

/** For tests: what goes to Bedrock, parsed, and the losses. */
export interface Encoded {
  // biome-ignore lint/suspicious/noExplicitAny: tests look at any of its fields.
  readonly body: any;
  readonly losses: readonly Loss[];
}

/** For tests: encodes a request for the model of this catalog name. */
export function encodeFor(
  canonical: string,
  fields: Partial<NeutralRequest>,
  target: Partial<WireTarget> = {},
): Encoded {
  const whole = { model: canonical, canonical, includeUsage: false, ...target };
  const { body, losses } = converseUpstream.encodeRequest(requestWith(fields), whole);
  return { body: JSON.parse(body.toString('utf8')), losses };
}

/** For tests: one user message with these parts, for Claude. */
export function encodeParts(...parts: Part[]): Encoded {
  return encodeFor(CLAUDE, { messages: [{ role: 'user', parts }] });
}

export const CLAUDE = 'claude-sonnet-4-5';

/** For tests: a conversation in which a tool was called. */
export const TOOL_TURNS: readonly Message[] = [
  { role: 'user', parts: [{ type: 'text', text: 'Weather?' }] },
  {
    role: 'assistant',
    parts: [{ type: 'toolCall', id: 'call_1', name: 'get_weather', arguments: '{"city":"Porto"}' }],
  },
  {
    role: 'user',
    parts: [
      {
        type: 'toolResult',
        callId: 'call_1',
        name: 'get_weather',
        content: [{ type: 'text', text: '21 °C' }],
      },
    ],
  },
];
