import type { OpenAiException } from '@meridian/testkit';

/** Where OpenAI's API itself answers otherwise than its specification says; we do as the API does. */
export const DEPARTURES: readonly OpenAiException[] = [
  {
    answer: 'response',
    fault: 'user must be string, not null',
    reason: 'the API sends every setting, with null for those that nobody chose',
  },
  {
    answer: 'responseEvent',
    fault: 'response.user must be string, not null',
    reason: 'the API sends every setting, with null for those that nobody chose',
  },
  {
    answer: 'responseEvent',
    fault: 'response.usage must be object, not null',
    reason: 'the API sends null as long as a response runs',
  },
  {
    answer: 'completion',
    fault: 'choices.*.finish_reason may not be null',
    reason: 'the same type stands for whole answers and for chunks, whose choices run on',
  },
  {
    answer: 'completion',
    fault: 'usage must be object, not null',
    reason:
      'where the usage of a stream is asked for, the API sends null in every chunk but the last',
  },
  {
    answer: 'chatCompletion',
    fault: 'choices.*.finish_reason may not be "error"',
    reason:
      'OpenAI has no word for a response that failed; OpenRouter has, and a stop would be a lie',
  },
];

/** Where the fixtures of OpenAI's own wires, which pass as they are, do so besides. */
export const VENDOR_DEPARTURES: readonly OpenAiException[] = [
  {
    answer: 'response',
    fault: 'access_programs is missing',
    reason: 'a field that came with the newest models; other makers of this wire have none',
  },
  {
    answer: 'responseEvent',
    fault: 'response.access_programs is missing',
    reason: 'a field that came with the newest models; other makers of this wire have none',
  },
  {
    answer: 'responseEvent',
    fault: 'item.action is missing',
    reason: 'a search that has just begun has no action yet',
  },
  {
    answer: 'response',
    fault: 'usage must be object, not null',
    reason: 'the API sends null for a response that failed before anything was used',
  },
];

/** The same for the endpoints beside chat: what is made here, and what passes as well. */
export const MEDIA_DEPARTURES: readonly OpenAiException[] = [
  {
    answer: 'embeddings',
    fault: 'data.*.embedding must be array, not *',
    reason: 'vectors as base64 are asked for and given as text; the specification has numbers only',
  },
  {
    answer: 'imageEvent',
    fault: 'usage is missing',
    reason: 'models that are paid by the picture have no tokens to tell',
  },
  {
    answer: 'imageEditEvent',
    fault: 'usage is missing',
    reason: 'models that are paid by the picture have no tokens to tell',
  },
  {
    answer: 'transcriptionEvent',
    fault: 'usage.*',
    reason: 'models that are paid by the second tell seconds, as whole transcripts do',
  },
];

/** What only passes. */
export const PASSED_MEDIA_DEPARTURES: readonly OpenAiException[] = [
  {
    answer: 'completion',
    fault: 'choices.*.finish_reason may not be null',
    reason: 'the same type stands for whole answers and for chunks, whose choices run on',
  },
  {
    answer: 'completion',
    fault: 'usage must be object, not null',
    reason:
      'where the usage of a stream is asked for, the API sends null in every chunk but the last',
  },
  {
    answer: 'embeddings',
    fault: 'usage.prompt_tokens is missing',
    reason: 'Jina and Voyage tell the total only, and their clients read that',
  },
  {
    answer: 'moderations',
    fault: 'results.*.categor* is missing',
    reason: 'Mistral has other categories',
  },
  {
    answer: 'moderations',
    fault: 'results.*.flagged is missing',
    reason: 'Mistral leaves the verdict to its callers',
  },
];
