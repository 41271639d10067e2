import { type Fields, fieldsOf, listOf, textOf } from '../json/values.ts';
import type { EmitEvent } from './output.ts';

/** The events with which streams end. */
const LAST: ReadonlySet<string> = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
]);

const ENDED: ReadonlySet<unknown> = new Set(['completed', 'incomplete', 'failed']);

/**
 * A kept response as the stream that it could have been, without the events up to the number `after`;
 * one that has not ended only begins. Its last event comes in any case: the stream that a client has
 * seen until it broke off may have had more events.
 */
export function replayResponse(response: Fields, after = -1): string {
  let text = '';
  let sequence = 0;
  const emit: EmitEvent = (type, fields) => {
    const number = sequence++;
    const isLast = LAST.has(type);
    if (number <= after && !isLast) return;
    const data = { type, sequence_number: Math.max(number, after + 1), ...fields };
    text += `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
  };
  const { status } = response;
  const begun = {
    ...response,
    status: 'in_progress',
    output: [],
    usage: null,
    error: null,
    incomplete_details: null,
  };
  emit('response.created', { response: begun });
  emit('response.in_progress', { response: begun });
  if (status === 'in_progress' || status === 'queued') return text;
  for (const [place, item] of listOf(response.output).entries()) {
    replayItem(fieldsOf(item), place, emit);
  }
  // The API has no event for a response that was cancelled.
  emit(`response.${ENDED.has(status) ? String(status) : 'incomplete'}`, { response });
  return text;
}

function replayItem(item: Fields, place: number, emit: EmitEvent): void {
  const at = { item_id: textOf(item.id), output_index: place };
  emit('response.output_item.added', { output_index: place, item: emptied(item) });
  switch (item.type) {
    case 'message':
      replayContents(listOf(item.content).map(fieldsOf), at, emit);
      break;
    case 'reasoning':
      replaySummary(listOf(item.summary).map(fieldsOf), at, emit);
      break;
    case 'function_call':
      replayText('response.function_call_arguments', { ...at }, ['arguments', item], emit);
      break;
    case 'custom_tool_call':
      replayText('response.custom_tool_call_input', { ...at }, ['input', item], emit);
      break;
    default:
  }
  emit('response.output_item.done', { output_index: place, item });
}

/** An item as it is before anything of it has come. */
function emptied(item: Fields): Fields {
  switch (item.type) {
    case 'message':
      return { ...item, status: 'in_progress', content: [] };
    case 'reasoning':
      return { ...item, summary: [] };
    case 'function_call':
      return { ...item, status: 'in_progress', arguments: '' };
    case 'custom_tool_call':
      return { ...item, status: 'in_progress', input: '' };
    case 'image_generation_call':
      return { ...item, status: 'in_progress', result: null };
    default:
      return item;
  }
}

function replayContents(contents: readonly Fields[], item: object, emit: EmitEvent): void {
  for (const [index, part] of contents.entries()) {
    const at = { ...item, content_index: index };
    const isRefusal = part.type === 'refusal';
    const field = isRefusal ? 'refusal' : 'text';
    const rated = isRefusal ? {} : { logprobs: part.logprobs ?? [] };
    const begun = isRefusal ? {} : { annotations: [], logprobs: [] };
    emit('response.content_part.added', { ...at, part: { ...part, ...begun, [field]: '' } });
    const name = isRefusal ? 'response.refusal' : 'response.output_text';
    emit(`${name}.delta`, { ...at, delta: textOf(part[field]), ...rated });
    for (const [place, annotation] of listOf(part.annotations).entries()) {
      const where = { ...at, annotation_index: place };
      emit('response.output_text.annotation.added', { ...where, annotation });
    }
    emit(`${name}.done`, { ...at, [field]: textOf(part[field]), ...rated });
    emit('response.content_part.done', { ...at, part });
  }
}

function replaySummary(parts: readonly Fields[], item: object, emit: EmitEvent): void {
  for (const [index, part] of parts.entries()) {
    const at = { ...item, summary_index: index };
    emit('response.reasoning_summary_part.added', { ...at, part: { ...part, text: '' } });
    replayText('response.reasoning_summary_text', at, ['text', part], emit);
    emit('response.reasoning_summary_part.done', { ...at, part });
  }
}

function replayText(
  name: string,
  at: object,
  [field, holder]: readonly [field: string, holder: Fields],
  emit: EmitEvent,
): void {
  emit(`${name}.delta`, { ...at, delta: textOf(holder[field]) });
  const called = field === 'arguments' ? { name: holder.name } : {};
  emit(`${name}.done`, { ...at, [field]: textOf(holder[field]), ...called });
}
