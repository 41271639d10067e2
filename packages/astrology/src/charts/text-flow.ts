import type { Shape } from './scene.ts';

/** A part of the picture that text is put into. */
export interface TextBox {
  readonly center: readonly [x: number, y: number];
  readonly width: number;
  readonly height: number;
}

const SIZE_MIN = 6;
const LINE_HEIGHT = 1.35;
/** Widths by the size of the text, rather too wide than too narrow: of a letter, and of each sign joined to it. */
const LATIN_WIDTH = 0.56;
const NORTHERN = { letter: 0.64, sign: 0.22 } as const;
const SOUTHERN = { letter: 0.84, sign: 0.28 } as const;
const GAP = 0.7;

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** About how wide a text will be, by its size. */
function textWidth(text: string, size: number): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text)) {
    const script = /[\u0b80-\u0d7f]/.test(segment) ? SOUTHERN : NORTHERN;
    const isIndian = /[\u0900-\u0d7f]/.test(segment);
    width += isIndian ? script.letter + (segment.length - 1) * script.sign : LATIN_WIDTH;
  }
  return width * size;
}

/** Words to be set, each in its colour. */
export type Words = readonly { readonly text: string; readonly fill: string }[];

/** Sets words in centred rows into that one of some boxes which takes them largest, at most in a given size. */
export function flowText(words: Words, boxes: readonly TextBox[], sizeMax: number): Shape[] {
  const [first, ...others] = boxes.map((box) => settle(words, box, sizeMax));
  if (words.length === 0 || !first) return [];
  const best = others.reduce((a, b) => (b.size > a.size ? b : a), first);
  const [x, y] = best.box.center;
  const { size, rows } = best;
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

interface Settled {
  readonly box: TextBox;
  readonly size: number;
  readonly rows: readonly Row[];
}

/** The largest size at which words fit into a box, or the smallest there is. */
function settle(words: Words, box: TextBox, sizeMax: number): Settled {
  let size = sizeMax;
  let rows = rowsOf(words, box.width, size);
  while (size > SIZE_MIN && !fits(rows, box, size)) {
    size -= 0.5;
    rows = rowsOf(words, box.width, size);
  }
  return { box, size, rows };
}

type Row = { readonly text: string; readonly fill: string }[];

function rowsOf(words: Words, width: number, size: number): Row[] {
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
