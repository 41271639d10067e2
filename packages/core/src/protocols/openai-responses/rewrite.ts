import { applyEdits, type Edit } from '../json/edit.ts';
import type { Span } from '../json/scan.ts';
import { decodeResponses, type ResponsesCall } from './decode.ts';

/**
 * The request with another input that has everything in it which the client only referred to. Its
 * answer repeats the settings of the original.
 */
export function withInput(call: ResponsesCall, input: readonly unknown[]): ResponsesCall {
  return rewritten(call, { input, previous_response_id: null });
}

/** The request as it is run behind the client's back: in the foreground, and streamed. */
export function inForeground(call: ResponsesCall): ResponsesCall {
  return rewritten(call, { background: false, stream: true });
}

function rewritten(call: ResponsesCall, values: Readonly<Record<string, unknown>>): ResponsesCall {
  const { fields, inside, isEmpty } = call.scanned;
  const edits: Edit[] = [];
  const added: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    const text = JSON.stringify(value);
    const span: Span | undefined = fields.get(name);
    if (span) edits.push({ ...span, bytes: Buffer.from(text) });
    else if (value !== null) added.push(`${JSON.stringify(name)}:${text}`);
  }
  if (added.length > 0) {
    const text = added.join(',') + (isEmpty ? '' : ',');
    edits.push({ start: inside, end: inside, bytes: Buffer.from(text) });
  }
  const decoded = decodeResponses(applyEdits(call.body, edits));
  return { ...decoded, original: call.original ?? call };
}
