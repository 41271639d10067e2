import { INK, type Scene, type Shape } from './scene.ts';
import { flowText, type TextBox } from './text-flow.ts';

/** A graha as an Indian chart shows it, its name in the reader's language. */
export interface IndianBody {
  readonly label: string;
  /** 0 Aries to 11 Pisces. */
  readonly sign: number;
  /** Whole degrees in the sign are shown where given. */
  readonly degree?: number;
  readonly isRetrograde?: boolean;
}

/** What an Indian chart shows. */
export interface IndianChart {
  readonly title: string;
  /** Further lines below the title, such as the moment and place. */
  readonly lines: readonly string[];
  /** 0 Aries to 11 Pisces. */
  readonly ascendantSign: number;
  readonly ascendantLabel: string;
  /** Twelve names from Aries on; the South Indian chart shows them. */
  readonly signLabels: readonly string[];
  readonly bodies: readonly IndianBody[];
  /** Put behind a retrograde graha; `R` if absent. */
  readonly retrogradeMark?: string;
}

const SIZE = 600;
const MARGIN = 20;
const HEAD = 64;
const SIDE = SIZE - 2 * MARGIN;
const TEXT_SIZE = 17;

type Part = readonly [x: number, y: number, width: number, height: number];

/** Parts of a diamond around a point that text may take, low and wide to high and narrow. */
const diamond = (x: number, y: number): Part[] => [
  [x, y, 0.34, 0.08],
  [x, y, 0.3, 0.14],
  [x, y, 0.26, 0.19],
  [x, y, 0.21, 0.25],
];

const FLAT_HEIGHTS = [0.05, 0.075, 0.1, 0.125] as const;
const STEEP_HEIGHTS = [0.07, 0.12, 0.17, 0.22, 0.27, 0.32] as const;

/** Parts of a triangle that stands on the upper (0) or lower (1) edge: the higher the narrower. */
const flat = (x: number, edge: 0 | 1): Part[] =>
  FLAT_HEIGHTS.map((height) => {
    const y = 0.012 + height / 2;
    return [x, edge === 0 ? y : 1 - y, 0.46 - 2 * height, height];
  });

/** Parts of a triangle that stands on the left (0) or right (1) edge. */
const steep = (y: number, edge: 0 | 1): Part[] =>
  STEEP_HEIGHTS.map((height) => {
    const width = Math.min(0.165, 0.235 - height / 2);
    const x = 0.01 + width / 2;
    return [edge === 0 ? x : 1 - x, y, width, height];
  });

/** The houses of a North Indian chart: where text may stand, and where the number of the sign. */
const NORTH: readonly (readonly [parts: readonly Part[], x: number, y: number])[] = [
  [diamond(0.5, 0.22), 0.5, 0.44],
  [flat(0.25, 0), 0.25, 0.2],
  [steep(0.25, 0), 0.2, 0.25],
  [diamond(0.22, 0.5), 0.44, 0.5],
  [steep(0.75, 0), 0.2, 0.75],
  [flat(0.25, 1), 0.25, 0.8],
  [diamond(0.5, 0.78), 0.5, 0.56],
  [flat(0.75, 1), 0.75, 0.8],
  [steep(0.75, 1), 0.8, 0.75],
  [diamond(0.78, 0.5), 0.56, 0.5],
  [steep(0.25, 1), 0.8, 0.25],
  [flat(0.75, 0), 0.75, 0.2],
];

/** The North Indian chart: houses stand still, the ascendant on top, signs are numbered from Aries. */
export function northIndianChart(chart: IndianChart): Scene {
  requireLabels(chart);
  const at = (x: number, y: number) => [MARGIN + x * SIDE, HEAD + y * SIDE] as const;
  const line = (a: readonly [number, number], b: readonly [number, number]): Shape => ({
    kind: 'line',
    ...{ from: at(...a), to: at(...b), stroke: INK.line, width: 1.4 },
  });
  const frame: Shape[] = [
    {
      kind: 'polygon',
      points: [at(0, 0), at(1, 0), at(1, 1), at(0, 1)],
      stroke: INK.line,
      width: 2.4,
    },
    ...[line([0, 0], [1, 1]), line([1, 0], [0, 1])],
    ...[line([0.5, 0], [1, 0.5]), line([1, 0.5], [0.5, 1])],
    ...[line([0.5, 1], [0, 0.5]), line([0, 0.5], [0.5, 0])],
  ];
  const houses = NORTH.flatMap(([parts, x, y], house): Shape[] => {
    const sign = (chart.ascendantSign + house) % 12;
    const boxes = parts.map(([left, top, width, height]) => {
      return { center: at(left, top), width: width * SIDE, height: height * SIDE };
    });
    const number: Shape = {
      kind: 'text',
      text: String(sign + 1),
      ...{ at: at(x, y), size: 13, anchor: 'middle', fill: INK.quiet },
    };
    return [number, ...flowText(wordsIn(chart, sign), boxes, TEXT_SIZE)];
  });
  return {
    ...{ width: SIZE, height: HEAD + SIDE + MARGIN, background: INK.paper, title: chart.title },
    shapes: [...headOf(chart), ...frame, ...houses],
  };
}

/** Row and column of each sign in a South Indian chart, from Aries on. */
const SOUTH: readonly (readonly [column: number, row: number])[] = [
  ...([
    [1, 0],
    [2, 0],
    [3, 0],
    [3, 1],
    [3, 2],
    [3, 3],
  ] as const),
  ...([
    [2, 3],
    [1, 3],
    [0, 3],
    [0, 2],
    [0, 1],
    [0, 0],
  ] as const),
];

/** The South Indian chart: signs stand still, Aries second on top, the ascendant is marked. */
export function southIndianChart(chart: IndianChart): Scene {
  requireLabels(chart);
  const cell = SIDE / 4;
  const cells = SOUTH.flatMap(([column, row], sign): Shape[] => {
    const [left, top] = [MARGIN + column * cell, MARGIN + row * cell];
    const box: TextBox = {
      center: [left + cell / 2, top + cell / 2 + 8],
      ...{ width: cell - 14, height: cell - 34 },
    };
    return [
      {
        kind: 'polygon',
        points: [
          [left, top],
          [left + cell, top],
          [left + cell, top + cell],
          [left, top + cell],
        ],
        ...{ stroke: INK.line, width: 1.4 },
      },
      ...(sign === chart.ascendantSign ? [marker(left, top, cell)] : []),
      {
        kind: 'text',
        text: chart.signLabels[sign] ?? '',
        ...{ at: [left + cell - 6, top + 12], size: 11, anchor: 'end', fill: INK.quiet },
      },
      ...flowText(wordsIn(chart, sign), [box], TEXT_SIZE),
    ];
  });
  const middle = MARGIN + SIDE / 2;
  const text = [chart.title, ...chart.lines].map((line, index) => ({
    ...{ text: line, fill: index === 0 ? INK.text : INK.quiet },
  }));
  const box = { center: [middle, middle] as const, width: 2 * cell - 24, height: 2 * cell - 24 };
  return {
    ...{ width: SIZE, height: SIZE, background: INK.paper, title: chart.title },
    shapes: [...cells, ...stacked(text, box)],
  };
}

/** A line across the corner of the ascendant's sign. */
function marker(left: number, top: number, cell: number): Shape {
  const leg = cell * 0.24;
  return {
    kind: 'line',
    ...{ from: [left, top + leg], to: [left + leg, top], stroke: INK.accent, width: 2 },
  };
}

function stacked(lines: readonly { text: string; fill: string }[], box: TextBox): Shape[] {
  const [x, y] = box.center;
  return lines.flatMap((line, index) =>
    flowText(
      [line],
      [{ center: [x, y + (index - (lines.length - 1) / 2) * 24], width: box.width, height: 24 }],
      index === 0 ? 18 : 13,
    ),
  );
}

function headOf(chart: IndianChart): Shape[] {
  const box = (y: number): TextBox => ({ center: [SIZE / 2, y], width: SIDE, height: 24 });
  return [
    ...flowText([{ text: chart.title, fill: INK.text }], [box(22)], 18),
    ...flowText([{ text: chart.lines.join(' · '), fill: INK.quiet }], [box(46)], 13),
  ];
}

function wordsIn(chart: IndianChart, sign: number): { text: string; fill: string }[] {
  const rising = sign === chart.ascendantSign;
  return [
    ...(rising ? [{ text: chart.ascendantLabel, fill: INK.accent }] : []),
    ...chart.bodies
      .filter((body) => body.sign === sign)
      .map((body) => ({ text: wordOf(body, chart.retrogradeMark ?? 'R'), fill: INK.text })),
  ];
}

function wordOf({ label, degree, isRetrograde }: IndianBody, mark: string): string {
  const place = degree === undefined ? '' : ` ${Math.floor(degree)}°`;
  return `${label}${place}${isRetrograde ? ` ${mark}` : ''}`;
}

const BODIES_MAX = 40;
const TEXT_MAX = 120;

function requireLabels(chart: IndianChart): void {
  if (chart.signLabels.length !== 12) throw new RangeError('signLabels must be twelve');
  if (chart.bodies.length > BODIES_MAX)
    throw new RangeError(`bodies must be at most ${BODIES_MAX}`);
  const texts = [chart.title, ...chart.lines, ...chart.bodies.map(({ label }) => label)];
  if (texts.some((text) => text.length > TEXT_MAX)) {
    throw new RangeError(`a text in a chart must be at most ${TEXT_MAX} characters`);
  }
}
