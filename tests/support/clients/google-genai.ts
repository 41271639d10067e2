import {
  ApiError,
  type Chat,
  type Content,
  type GenerateContentConfig,
  type GenerateContentResponse,
  type GenerateContentResponseUsageMetadata,
  GoogleGenAI,
  type Part,
  type PartListUnion,
} from '@google/genai';
import { z } from 'zod';
import type { SaidCall } from './answers.ts';
import {
  type Ask,
  type ClientDriver,
  MAX_TOKENS,
  OBJECT,
  type Said,
  THINKING_TOKENS,
  TOOLS,
} from './driver.ts';

/** Fractions of a second; the client knows no `Retry-After`. */
const RETRY_DELAY_SECONDS = 0.01;

/** `@google/genai`, whose chats keep the conversation themselves. */
export const googleGenaiClient: ClientDriver = {
  name: '@google/genai',
  errors: { badRequest: 'ApiError', unauthorized: 'ApiError', unavailable: 'ApiError' },
  connect({ url, apiKey, model, maxRetries }) {
    const retryOptions = { attempts: maxRetries + 1, initialDelay: RETRY_DELAY_SECONDS };
    const client = new GoogleGenAI({
      apiKey,
      httpOptions: { baseUrl: url, ...(maxRetries > 0 && { retryOptions }) },
    });
    return {
      ask: (question, ask) => {
        const chat = client.chats.create({ model, config: configOf(ask) });
        return say(chat, question, ask);
      },
      async askForObject(question) {
        const answer = await client.models.generateContent({
          model,
          contents: question,
          config: {
            responseMimeType: 'application/json',
            responseJsonSchema: z.toJSONSchema(OBJECT),
          },
        });
        return OBJECT.parse(JSON.parse(answer.text ?? ''));
      },
      async leaveStream(question) {
        const leaving = new AbortController();
        const stream = await client.models.generateContentStream({
          model,
          contents: question,
          config: { abortSignal: leaving.signal },
        });
        for await (const { text } of stream) {
          if (!text) continue;
          leaving.abort();
          return text;
        }
        return '';
      },
      read(error) {
        if (!(error instanceof ApiError)) throw error;
        return { kind: error.constructor.name, status: error.status };
      },
    };
  },
};

function configOf(ask: Ask): GenerateContentConfig {
  return {
    maxOutputTokens: MAX_TOKENS,
    ...(ask.wantsTools && {
      tools: [
        {
          functionDeclarations: TOOLS.map(({ name, description, parameters }) => ({
            name,
            description,
            parametersJsonSchema: parameters,
          })),
        },
      ],
    }),
    ...(ask.wantsThoughts && {
      thinkingConfig: { includeThoughts: true, thinkingBudget: THINKING_TOKENS },
    }),
  };
}

async function say(chat: Chat, message: PartListUnion, ask: Ask): Promise<Said> {
  const answers: GenerateContentResponse[] = [];
  if (ask.isStream) {
    for await (const chunk of await chat.sendMessageStream({ message })) answers.push(chunk);
  } else {
    answers.push(await chat.sendMessage({ message }));
  }
  const parts = answers.flatMap(({ candidates }) => partsOf(candidates?.[0]?.content));
  const calls = parts
    .filter((part) => part.functionCall !== undefined)
    .map(
      ({ functionCall: { id = '', name = '', args = {} } = {} }): SaidCall => ({
        id,
        name,
        arguments: args,
      }),
    );
  return {
    text: textOf(parts, false),
    thoughts: textOf(parts, true),
    calls,
    usage: usageOf(answers.at(-1)?.usageMetadata),
    next: (resultOf) => say(chat, answersTo(calls, resultOf), ask),
  };
}

const partsOf = (content: Content | undefined): readonly Part[] => content?.parts ?? [];

function textOf(parts: readonly Part[], isThought: boolean): string {
  return parts
    .filter(({ thought = false }) => thought === isThought)
    .map(({ text = '' }) => text)
    .join('');
}

function answersTo(
  calls: readonly SaidCall[],
  resultOf: (call: SaidCall) => string,
): PartListUnion {
  if (calls.length === 0) return 'And then?';
  return calls.map((call) => ({
    functionResponse: {
      id: call.id,
      name: call.name,
      response: { output: resultOf(call) },
    },
  }));
}

function usageOf(usage: GenerateContentResponseUsageMetadata | undefined): Said['usage'] {
  const { candidatesTokenCount = 0, thoughtsTokenCount = 0 } = usage ?? {};
  return {
    input: usage?.promptTokenCount,
    cacheRead: usage?.cachedContentTokenCount ?? 0,
    output: candidatesTokenCount + thoughtsTokenCount,
    reasoning: thoughtsTokenCount,
  };
}
