const WORD = /\p{L}+|\p{N}+/gu;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Where a word counts in a vector, and with which sign. */
interface Feature {
  readonly index: number;
  readonly sign: number;
}

function hash(word: string): number {
  let value = FNV_OFFSET;
  for (let i = 0; i < word.length; i++) {
    value = Math.imul(value ^ word.charCodeAt(i), FNV_PRIME) >>> 0;
  }
  return value;
}

function featureOf(word: string, dimensions: number): Feature {
  const value = hash(word);
  return { index: value % dimensions, sign: value & 0x10000 ? 1 : -1 };
}

/**
 * A vector of length 1 out of the words of a text: the same text gives the same vector, and texts with
 * words in common are near to each other.
 */
export function vectorOf(text: string, dimensions: number): number[] {
  const vector = new Array<number>(dimensions).fill(0);
  for (const word of wordsOf(text)) {
    const { index, sign } = featureOf(word, dimensions);
    vector[index] = (vector[index] ?? 0) + sign;
  }
  const length = Math.hypot(...vector);
  if (length === 0) {
    vector[0] = 1;
    return vector;
  }
  return vector.map((value) => Number((value / length).toFixed(6)));
}

/** How much of the words of a query a document has, from 0 to 1. */
export function relevanceOf(query: string, document: string): number {
  const asked = new Set(wordsOf(query));
  const given = new Set(wordsOf(document));
  const common = [...asked].filter((word) => given.has(word)).length;
  return asked.size === 0 ? 0 : Number((common / asked.size).toFixed(6));
}

/** The words of a text, in lower case. */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(WORD) ?? [];
}
