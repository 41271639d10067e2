import type { BodySource } from '../body-source.ts';
import type { Form, FormPart } from './form.ts';

const LINE_END = '\r\n';
const TYPE_CHARS_MAX = 200;
/** A media type with its parameters, as a header may carry it. */
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;[\x20-\x7e]*)?$/;

/** The content type of a form's bytes. */
export function typeOfForm({ boundary }: Form): string {
  return `multipart/form-data; boundary=${boundary}`;
}

/** The bytes of a form: their number is known, and files are read when they are sent. */
export function writeForm({ boundary, parts }: Form): BodySource {
  const pieces: (Buffer | BodySource)[] = parts.flatMap((part) => [
    Buffer.from(`--${boundary}${LINE_END}${headOf(part)}`),
    part.kind === 'field' ? Buffer.from(part.value) : part.content,
    Buffer.from(LINE_END),
  ]);
  pieces.push(Buffer.from(`--${boundary}--${LINE_END}`));
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return { length, open: () => read(pieces) };
}

async function* read(pieces: readonly (Buffer | BodySource)[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) {
    if (Buffer.isBuffer(piece)) yield piece;
    else yield* piece.open();
  }
}

function headOf(part: FormPart): string {
  const disposition = `Content-Disposition: form-data; name="${quoted(part.name)}"`;
  if (part.kind === 'field') return `${disposition}${LINE_END}${LINE_END}`;
  const { filename, contentType } = part;
  const isSound = contentType.length <= TYPE_CHARS_MAX && MEDIA_TYPE.test(contentType);
  const type = isSound ? contentType : 'application/octet-stream';
  return (
    `${disposition}; filename="${quoted(filename)}"${LINE_END}` +
    `Content-Type: ${type}${LINE_END}${LINE_END}`
  );
}

/** Browsers escape these three, and nothing else. */
function quoted(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
