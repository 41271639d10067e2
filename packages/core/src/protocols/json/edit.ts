/** A replacement of the bytes [start, end) of a body. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly bytes: Buffer;
}

/** Applies edits that do not overlap; the body itself when there are none. */
export function applyEdits(body: Buffer, edits: readonly Edit[]): Buffer {
  if (edits.length === 0) return body;
  const ordered = edits.length === 1 ? edits : [...edits].sort((a, b) => a.start - b.start);
  let size = body.length;
  for (const edit of ordered) size += edit.bytes.length - (edit.end - edit.start);
  const edited = Buffer.allocUnsafe(size);
  let from = 0;
  let to = 0;
  for (const edit of ordered) {
    to += body.copy(edited, to, from, edit.start);
    to += edit.bytes.copy(edited, to);
    from = edit.end;
  }
  body.copy(edited, to, from);
  return edited;
}
