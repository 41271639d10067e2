import type { SandboxRequest } from './request.ts';
import { schemaInstance } from './schema-instance.ts';
import { chooseCalls, type SandboxCall, textOf } from './tool-calls.ts';

/** What an answer says before bounds and stops cut it. */
export type Draft =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'calls'; readonly calls: readonly SandboxCall[] };

const INTRODUCTION = 'This is a sandbox answer: no AI model was asked.';
const EXCERPT_CHARS_MAX = 300;
/** Words that a request may ask for ("in 200 words"). */
const WORDS_MAX = 20_000;
const FILLER =
  'The sandbox fills this answer with plain words so that long streams can be tried without any provider.'.split(
    ' ',
  );

/** The answer of one choice; the same request always gets the same. */
export function compose(request: SandboxRequest, index: number): Draft {
  const calls = chooseCalls(request);
  if (calls.length > 0) return { kind: 'calls', calls };
  if (request.format.kind !== 'text') return { kind: 'text', text: composeJson(request) };
  const sentences = [INTRODUCTION, ...reactions(request), ...particulars(request, index)];
  return { kind: 'text', text: lengthen(sentences.join(' '), wantedWords(request)) };
}

function composeJson({ format }: SandboxRequest): string {
  if (format.kind === 'json_object') return JSON.stringify({ sandbox: true, answer: INTRODUCTION });
  return JSON.stringify(schemaInstance(format.schema, INTRODUCTION));
}

/** What the last messages are answered with. */
function reactions({ messages }: SandboxRequest): string[] {
  const lastAnswer = messages.findLastIndex(({ role }) => role !== 'tool' && role !== 'function');
  const results = messages.slice(lastAnswer + 1);
  if (results.length > 0) {
    return results.map(
      (result) =>
        `The tool ${toolName(result, messages)} returned: ${excerpt(textOf(result.content))}`,
    );
  }
  const last = messages.at(-1);
  const text = last ? textOf(last.content).trim() : '';
  const images = Array.isArray(last?.content)
    ? last.content.filter(({ type }) => type === 'image_url').length
    : 0;
  return [
    ...(text === '' ? [] : [`You wrote: “${excerpt(text)}”.`]),
    ...(images === 0 ? [] : [`You sent ${images} ${images === 1 ? 'image' : 'images'}.`]),
  ];
}

function toolName(
  result: SandboxRequest['messages'][number],
  messages: SandboxRequest['messages'],
): string {
  if (result.role === 'function') return result.name;
  const id = result.role === 'tool' ? result.tool_call_id : '';
  for (const message of messages) {
    if (message.role !== 'assistant') continue;
    const call = message.tool_calls?.find((candidate) => candidate.id === id) as
      | { function?: { name: string }; custom?: { name: string } }
      | undefined;
    if (call) return call.function?.name ?? call.custom?.name ?? id;
  }
  return id;
}

function particulars({ model, messages, choices, seed }: SandboxRequest, index: number): string[] {
  if (model === 'sandbox-fast') return [];
  const count = messages.length;
  return [
    `The conversation has ${count} ${count === 1 ? 'message' : 'messages'}.`,
    ...(seed === undefined ? [] : [`The seed is ${seed}.`]),
    ...(choices === 1 ? [] : [`This is choice ${index + 1} of ${choices}.`]),
  ];
}

function wantedWords({ messages }: SandboxRequest): number {
  const last = messages.at(-1);
  const asked = last?.role === 'user' ? /\b(\d{1,5}) words?\b/i.exec(textOf(last.content)) : null;
  return Math.min(Number(asked?.[1] ?? 0), WORDS_MAX);
}

function lengthen(text: string, words: number): string {
  const missing = words - text.split(' ').length;
  if (missing <= 0) return text;
  const filler = Array.from({ length: missing }, (_, i) => FILLER[i % FILLER.length]);
  return `${text} ${filler.join(' ')}`;
}

/** The beginning of a text, whole characters, on one line. */
function excerpt(text: string): string {
  const characters = [
    ...text
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, EXCERPT_CHARS_MAX * 2),
  ];
  if (characters.length <= EXCERPT_CHARS_MAX) return characters.join('').toWellFormed();
  return `${characters.slice(0, EXCERPT_CHARS_MAX).join('').toWellFormed()}…`;
}
