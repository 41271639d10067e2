import type { RequestEdits } from '../dialect.ts';
import { applyEdits, type Edit } from '../json/edit.ts';
import type { ChatRequest } from './decode.ts';
import { foreignSealsEdit } from './foreign-seals.ts';

const INCLUDE_USAGE = '"stream_options":{"include_usage":true}';

function insertFirst(request: ChatRequest, field: string): Edit {
  const { inside, isEmpty } = request.scanned;
  return { start: inside, end: inside, bytes: Buffer.from(isEmpty ? field : `${field},`) };
}

function usageEdit(request: ChatRequest): Edit {
  const span = request.scanned.fields.get('stream_options');
  if (span === undefined) return insertFirst(request, INCLUDE_USAGE);
  const given: unknown = JSON.parse(request.body.toString('utf8', span.start, span.end));
  const options = { ...(given as object | null), include_usage: true };
  return { start: span.start, end: span.end, bytes: Buffer.from(JSON.stringify(options)) };
}

/** The body for the upstream: the client's bytes with the named edits; the same buffer when none. */
export function editChatRequest(request: ChatRequest, edits: RequestEdits): Buffer {
  const list: Edit[] = [];
  const span = request.scanned.fields.get('model');
  if (edits.model !== request.model && span) {
    list.push({ ...span, bytes: Buffer.from(JSON.stringify(edits.model)) });
  }
  const needsUsage = request.isStream && !request.wantsUsage && edits.forceUsage;
  if (needsUsage) list.push(usageEdit(request));
  if (edits.outputBound) {
    const { field, tokens } = edits.outputBound;
    list.push(boundEdit(request, field, tokens));
  }
  const seals = foreignSealsEdit(request);
  if (seals) list.push(seals);
  return applyEdits(request.body, mergeInsertions(list));
}

function boundEdit(request: ChatRequest, field: string, tokens: number): Edit {
  // An explicit null stands in the body as a field; it is replaced rather than given twice.
  const given = request.scanned.fields.get(field);
  if (given) return { ...given, bytes: Buffer.from(String(tokens)) };
  return insertFirst(request, `"${field}":${tokens}`);
}

/** Two insertions at the same place become one, in order. */
function mergeInsertions(edits: readonly Edit[]): Edit[] {
  const merged: Edit[] = [];
  for (const edit of edits) {
    const same = merged.findIndex((m) => m.start === edit.start && m.end === edit.end);
    const other = merged[same];
    if (other) merged[same] = { ...other, bytes: Buffer.concat([other.bytes, edit.bytes]) };
    else merged.push(edit);
  }
  return merged;
}
