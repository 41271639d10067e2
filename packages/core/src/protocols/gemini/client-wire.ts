import type { Ability } from '../neutral/request.ts';
import type { ClientWire } from '../wire.ts';
import { geminiErrorBody } from './errors.ts';
import { GeminiEventWriter } from './event-writer.ts';
import { readGeminiRequest } from './read-request.ts';
import { writeGeminiAnswer } from './write-answer.ts';

const FIELDS: Readonly<Record<Ability, string>> = {
  tools: 'tools',
  customTools: 'tools',
  hostedTools: 'tools',
  toolChoice: 'toolConfig.functionCallingConfig',
  parallelToolCalls: 'toolConfig.functionCallingConfig',
  output: 'generationConfig.responseMimeType',
  verbosity: 'generationConfig',
  reasoning: 'generationConfig.thinkingConfig',
  temperature: 'generationConfig.temperature',
  topP: 'generationConfig.topP',
  topK: 'generationConfig.topK',
  seed: 'generationConfig.seed',
  presencePenalty: 'generationConfig.presencePenalty',
  frequencyPenalty: 'generationConfig.frequencyPenalty',
  stop: 'generationConfig.stopSequences',
  logitBias: 'generationConfig',
  logprobs: 'generationConfig.responseLogprobs',
  topLogprobs: 'generationConfig.logprobs',
  maxOutputTokens: 'generationConfig.maxOutputTokens',
  choices: 'generationConfig.candidateCount',
  modalities: 'generationConfig.responseModalities',
  audio: 'generationConfig.speechConfig',
  serviceTier: 'serviceTier',
  user: 'labels',
  metadata: 'labels',
  promptCacheKey: 'cachedContent',
};

/** The client's half of Google's `generateContent`. */
export const geminiClient: ClientWire = {
  name: 'gemini',
  decodeRequest: readGeminiRequest,
  encodeAnswer: writeGeminiAnswer,
  openWriter: (options) => new GeminiEventWriter(options),
  fieldOf: (ability) => FIELDS[ability],
  errorBody: geminiErrorBody,
};
