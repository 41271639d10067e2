import { itemIdOf, referenceOf } from '../../protocols/index.ts';
import type { WireObject } from './store.ts';

/** Input items have places of their own behind those of the output. */
const INPUT_PLACE = 0x8000;

/** How ids of items of each kind begin. */
const PREFIXES: Readonly<Record<string, string>> = {
  message: 'msg',
  reasoning: 'rs',
  function_call: 'fc',
  function_call_output: 'fco',
  custom_tool_call: 'ctc',
  custom_tool_call_output: 'ctco',
};

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The items of an `input`; a text is a message of the user. */
export function itemsOfInput(input: unknown): readonly WireObject[] {
  if (typeof input === 'string') {
    return [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: input }] }];
  }
  return Array.isArray(input) ? input.filter(isObject) : [];
}

/** The items as they are listed: each with its kind, and an id of its own. */
export function withIds(items: readonly WireObject[], requestId: string): readonly WireObject[] {
  const seen = new Set<string>();
  return items.map((item, place) => {
    const type = typeof item.type === 'string' ? item.type : 'message';
    const own = typeof item.id === 'string' && item.id !== '' && !seen.has(item.id);
    const id = own ? String(item.id) : newId(type, requestId, place);
    seen.add(id);
    return type === 'message' ? listedMessage(item, id) : { ...item, type, id };
  });
}

function newId(type: string, requestId: string, place: number): string {
  return itemIdOf(PREFIXES[type] ?? 'it', requestId, INPUT_PLACE + place);
}

/** A message in the long form in which it is listed. */
function listedMessage(item: WireObject, id: string): WireObject {
  const { role, content } = item;
  const kind = role === 'assistant' ? 'output_text' : 'input_text';
  const parts = typeof content === 'string' ? [{ type: kind, text: content }] : content;
  return { ...item, type: 'message', id, role, content: parts, status: item.status ?? 'completed' };
}

/** The ids that an input refers to. */
export function referencesIn(items: readonly WireObject[]): readonly string[] {
  return items.flatMap((item) => referenceOf(item) ?? []);
}

/** Kinds of items that are whole without an id; at another upstream theirs means nothing. */
const NEEDS_NO_ID: ReadonlySet<unknown> = new Set(Object.keys(PREFIXES));

/**
 * An item as any upstream takes it: without ids under which only one upstream has stored it, and
 * without thoughts that nothing but such an id could bring back. Undefined when nothing is left.
 */
export function portable(item: WireObject): WireObject | undefined {
  const { created_by: _, ...given } = item;
  if (!NEEDS_NO_ID.has(given.type)) return given;
  if (given.type === 'reasoning' && !given.encrypted_content) return undefined;
  const { id: __, status: ___, ...rest } = given;
  return rest;
}
