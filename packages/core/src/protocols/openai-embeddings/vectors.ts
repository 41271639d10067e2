import { type Fields, fieldsOf, isFields, parseJson } from '../json/values.ts';

/** How vectors are written: as numbers, or as the base64 of 32-bit floats, least byte first. */
export type VectorEncoding = 'float' | 'base64';

const BYTES_PER_FLOAT = 4;

/** The first vector of an answer: what is behind the name of its field. */
const FIRST_VECTOR = /"embedding"\s*:\s*(["[])/;

/** A vector as base64. */
export function toBase64(vector: readonly number[]): string {
  const bytes = Buffer.allocUnsafe(vector.length * BYTES_PER_FLOAT);
  for (let i = 0; i < vector.length; i++) bytes.writeFloatLE(vector[i] ?? 0, i * BYTES_PER_FLOAT);
  return bytes.toString('base64');
}

/** The numbers of a vector; undefined when the text holds no whole floats. */
export function fromBase64(text: string): readonly number[] | undefined {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === 0 || bytes.length % BYTES_PER_FLOAT !== 0) return undefined;
  const vector: number[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_PER_FLOAT) vector.push(bytes.readFloatLE(at));
  return vector;
}

/** A vector as the client wants it. */
export function written(
  vector: readonly number[],
  encoding: VectorEncoding,
): string | readonly number[] {
  return encoding === 'base64' ? toBase64(vector) : vector;
}

/** A vector in either form; undefined where it is none. */
export function readVector(value: unknown): readonly number[] | undefined {
  if (typeof value === 'string') return fromBase64(value);
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.every((each) => typeof each === 'number') ? (value as number[]) : undefined;
}

/**
 * An answer with its vectors as the client asked for them: many upstreams know numbers only, whatever
 * they are asked for. The same bytes where they are so.
 */
export function inEncoding(body: Buffer, encoding: VectorEncoding): Buffer {
  const [, sign] = FIRST_VECTOR.exec(body.toString('latin1')) ?? [];
  if (sign === undefined || (sign === '"') === (encoding === 'base64')) return body;
  const answer = fieldsOf(parseJson(body.toString('utf8')));
  if (!Array.isArray(answer.data)) return body;
  const data = answer.data.map((each: unknown) =>
    isFields(each) ? rewritten(each, encoding) : each,
  );
  return Buffer.from(JSON.stringify({ ...answer, data }));
}

function rewritten(entry: Fields, encoding: VectorEncoding): Fields {
  const vector = readVector(entry.embedding);
  return vector === undefined ? entry : { ...entry, embedding: written(vector, encoding) };
}
