import { aiAnthropic, aiGoogle, aiOpenaiChat, aiOpenaiResponses } from './ai-sdk.ts';
import { anthropicClient } from './anthropic.ts';
import type { ClientDriver } from './driver.ts';
import { googleGenaiClient } from './google-genai.ts';
import {
  langchainAnthropic,
  langchainGoogle,
  langchainOpenaiChat,
  langchainOpenaiResponses,
} from './langchain.ts';
import { openaiChatClient } from './openai-chat.ts';
import { openaiResponsesClient } from './openai-responses.ts';

/** The clients whose models chat, by the test file that proves them. */
export const DRIVERS = {
  'clients-openai-chat': [openaiChatClient],
  'clients-responses': [openaiResponsesClient],
  'clients-anthropic': [anthropicClient],
  'clients-google': [googleGenaiClient],
  'clients-ai-sdk': [aiOpenaiChat, aiOpenaiResponses, aiAnthropic, aiGoogle],
  'clients-langchain': [
    langchainOpenaiChat,
    langchainOpenaiResponses,
    langchainAnthropic,
    langchainGoogle,
  ],
} as const satisfies Readonly<Record<string, readonly ClientDriver[]>>;
