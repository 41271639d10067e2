import type { Shape } from './scene.ts';

/** A part of the picture that text is put into. */
export interface TextBox {
  readonly center: readonly [x: number, y: number];
  readonly width: number;
  readonly height: number;
}

const SIZE_MIN = 6;
const LINE_HEIGHT = 1.35;
/** Width of a letter by its size; Indian letters with their signs are about as wide as one Latin letter and a half. */
const LATIN_WIDTH = 0.56;
const INDIAN_WIDTH = 0.62;
const GAP = 0.7;

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** About how wide a text will be, by its size. */
function textWidth(text: string, size: number): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text)) {
    const isIndian = /[\u0900-\u0d7f]/.test(segment);
    width += isIndian ? INDIAN_WIDTH + (segment.length - 1) * 0.22 : LATIN_WIDTH;
  }
  return width * size;
}

/** Sets words in centred rows into a box, in the largest size up to a given one at which all fit. */
export function flowText(
  words: readonly { readonly text: string; readonly fill: string }[],
  box: TextBox,
  sizeMax: number,
): Shape[] {
  if (words.length === 0) return [];
  let size = sizeMax;
  let rows = rowsOf(words, box.width, size);
  while (size > SIZE_MIN && !fits(rows, box, size)) {
    size -= 0.5;
    rows = rowsOf(words, box.width, size);
  }
  const [x, y] = box.center;
  return rows.flatMap((row, index) => {
    const top = y + (index - (rows.length - 1) / 2) * size * LINE_HEIGHT;
    let left = x - rowWidth(row, size) / 2;
    return row.map(({ text, fill }): Shape => {
      const width = textWidth(text, size);
      const at = [left + width / 2, top] as const;
      left += width + GAP * size;
      return { kind: 'text', text, at, size, anchor: 'middle', fill };
    });
  });
}

type Row = { readonly text: string; readonly fill: string }[];

function rowsOf(words: Readonly<Row>, width: number, size: number): Row[] {
  const rows: Row[] = [];
  for (const word of words) {
    const row = rows.at(-1);
    if (row && rowWidth([...row, word], size) <= width) row.push(word);
    else rows.push([word]);
  }
  return rows;
}

function rowWidth(row: Readonly<Row>, size: number): number {
  const gaps = (row.length - 1) * GAP * size;
  return row.reduce((sum, { text }) => sum + textWidth(text, size), gaps);
}

function fits(rows: readonly Row[], box: TextBox, size: number): boolean {
  const isLow = rows.length * size * LINE_HEIGHT <= box.height;
  return isLow && rows.every((row) => rowWidth(row, size) <= box.width);
}
