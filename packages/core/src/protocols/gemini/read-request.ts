import type { Call } from '../dialect.ts';
import { parseExact } from '../json/exact.ts';
import type { NeutralRequest } from '../neutral/request.ts';
import { fieldsOfBody, readServiceTier } from './decode.ts';
import { field, objectField, present } from './fields.ts';
import { extrasOf, readConfig } from './read-config.ts';
import { readMessages } from './read-contents.ts';
import { readTools } from './read-tools.ts';

const KNOWN: ReadonlySet<string> = new Set([
  ...['contents', 'systemInstruction', 'tools', 'toolConfig', 'generationConfig', 'serviceTier'],
  'model',
]);

/** Whether Google's own tool calls are shown matters to no one else; it is asked for where it has to be. */
const KNOWN_OF_TOOLS: ReadonlySet<string> = new Set([
  'functionCallingConfig',
  'includeServerSideToolInvocations',
]);

/** A `generateContent` request in the neutral model. Throws `invalid_request` naming the field. */
export function readGeminiRequest(call: Call): NeutralRequest {
  const body = fieldsOfBody(call.body, parseExact);
  const { extras, ...config } = readConfig(objectField(body, 'generationConfig'));
  const toolConfig = objectField(body, 'toolConfig');
  const tier = field(body, 'serviceTier');
  return {
    messages: readMessages(body),
    ...readTools(body),
    ...config,
    choices: call.choices,
    isStream: call.isStream,
    ...present({
      maxOutputTokens: call.maxOutputTokens,
      serviceTier: tier === undefined ? undefined : (readServiceTier(tier) ?? 'default'),
    }),
    extras: [
      ...extrasOf(body, '', (name) => KNOWN.has(name)),
      ...extrasOf(toolConfig, 'toolConfig.', (name) => KNOWN_OF_TOOLS.has(name)),
      ...extras,
    ],
  };
}
