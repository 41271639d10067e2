import type { SandboxRequest } from './request.ts';
import { schemaInstance } from './schema-instance.ts';
import type { SandboxTool } from './tools.ts';

/** A call that the answer makes. */
export interface SandboxCall {
  readonly tool: SandboxTool;
  /** JSON text of the arguments; the plain text of a custom tool. */
  readonly input: string;
}

/** Words of names and descriptions that say nothing about what a tool is for. */
const EMPTY_WORDS: ReadonlySet<string> = new Set(
  'about call data fetch find from function given have into list make output return returns some take that their them this tool tools used user users value which with your'.split(
    ' ',
  ),
);
const WORD = /[\p{L}\p{N}]{4,}/gu;
const SEVERAL = /\b(both|each|several|parallel|twice|all of)\b/i;
const HINT_CHARS_MAX = 60;

/** The calls of an answer: none, unless tools are asked for by the choice or the last message. */
export function chooseCalls(request: SandboxRequest): readonly SandboxCall[] {
  const { mode, allowed, isParallel } = request.toolChoice;
  const last = request.messages.at(-1);
  if (mode === 'none' || allowed.length === 0) return [];
  const text = last?.role === 'user' ? textOf(last.content) : '';
  const wanted =
    mode === 'auto' ? allowed.filter((tool) => asksFor(text, tool)) : fit(text, allowed);
  if (mode === 'auto' && last?.role !== 'user') return [];
  const several = isParallel && wanted.length === 1 && SEVERAL.test(text);
  const tools = several ? [...wanted, ...wanted] : isParallel ? wanted : wanted.slice(0, 1);
  return tools.map((tool, i) => ({ tool, input: inputFor(tool, hintOf(text, i)) }));
}

/** Of tools that must be used those that the text asks for, else the first. */
function fit(text: string, allowed: readonly SandboxTool[]): readonly SandboxTool[] {
  const fitting = allowed.filter((tool) => asksFor(text, tool));
  return fitting.length > 0 ? fitting : allowed.slice(0, 1);
}

/** Whether a text names a tool, or has a telling word in common with its name or description. */
function asksFor(text: string, { name, description }: SandboxTool): boolean {
  if (text.includes(name)) return true;
  const said = new Set(wordsOf(text));
  const telling = wordsOf(`${name.replace(/([a-z])([A-Z])/g, '$1 $2')} ${description}`);
  return telling.some((word) => said.has(word));
}

function wordsOf(text: string): string[] {
  const words = text.replaceAll('_', ' ').toLowerCase().match(WORD) ?? [];
  return words.filter((word) => !EMPTY_WORDS.has(word));
}

function inputFor(tool: SandboxTool, hint: string): string {
  if (tool.kind === 'custom') return `Sandbox input: ${hint}`;
  const value = schemaInstance(tool.schema, hint);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return JSON.stringify(isObject ? value : {});
}

/** A text for free arguments: what is quoted in the message, else a proper name in it. */
function hintOf(text: string, index: number): string {
  const quoted = [...text.matchAll(/["“]([^"”]{1,60})["”]/g)].map(([, inside = '']) => inside);
  const names = [...text.matchAll(/(?<=\s)\p{Lu}[\p{L}'-]+(?:\s\p{Lu}[\p{L}'-]+)*/gu)].map(
    ([n]) => n,
  );
  const found = [...quoted, ...names];
  return (found[index % Math.max(1, found.length)] ?? 'sandbox').slice(0, HINT_CHARS_MAX);
}

/** The text of a message's content, its parts one after another. */
export function textOf(content: SandboxRequest['messages'][number]['content']): string {
  if (typeof content === 'string') return content;
  const parts = (content ?? []) as readonly { type: string; text?: unknown }[];
  return parts.map((part) => (part.type === 'text' ? String(part.text) : '')).join('\n');
}
