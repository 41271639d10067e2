import { degrees360, RADIANS } from '../time/angles.ts';
import { PLANET_GLYPHS, SIGN_GLYPHS } from './glyphs.ts';
import { INK, type Scene, type Shape } from './scene.ts';

/** A point as the wheel shows it, its name in the reader's language. */
export interface WheelBody {
  /** One of the moving points; others are shown by their label. */
  readonly key: string;
  readonly label: string;
  /** Degrees. */
  readonly longitude: number;
  readonly isRetrograde?: boolean;
}

/** A line in the middle of the wheel. */
export interface WheelAspect {
  /** Degrees. */
  readonly from: number;
  readonly to: number;
  readonly tone: 'soft' | 'hard' | 'other';
}

/** What a western wheel shows. */
export interface WesternWheel {
  readonly title: string;
  readonly lines: readonly string[];
  /** Degrees. */
  readonly ascendant: number;
  readonly midheaven: number;
  /** Twelve, degrees. */
  readonly cusps: readonly number[];
  readonly bodies: readonly WheelBody[];
  readonly aspects: readonly WheelAspect[];
  /** Twelve names from Aries on, for the list beside the wheel. */
  readonly signLabels: readonly string[];
  readonly ascendantLabel: string;
  readonly midheavenLabel: string;
  readonly retrogradeMark?: string;
}

const WIDTH = 920;
const HEIGHT = 640;
const CENTER = [320, 320] as const;
/** Radii from outside inward: edge, zodiac ring, bodies, their degrees, house numbers, aspects. */
const R = { edge: 292, zodiac: 252, body: 224, degree: 199, house: 158, inner: 142 } as const;
/** Fire, earth, air, water. */
const TINTS = ['#fbe3dc', '#e9efdc', '#fdf3d0', '#dcebf5'] as const;
const TONES = { soft: '#2f6fb0', hard: '#c0392b', other: '#8d8d8d' } as const;
/** Degrees that two glyphs on the ring need between them. */
const APART = 7.5;
const BODIES_MAX = 30;

/** The wheel of a western chart: ascendant at the left, zodiac counter-clockwise, a list of positions beside it. */
export function westernWheel(wheel: WesternWheel): Scene {
  if (wheel.cusps.length !== 12) throw new RangeError('cusps must be twelve');
  if (wheel.signLabels.length !== 12) throw new RangeError('signLabels must be twelve');
  if (wheel.bodies.length > BODIES_MAX)
    throw new RangeError(`bodies must be at most ${BODIES_MAX}`);
  const at = (longitude: number, radius: number): readonly [number, number] => {
    const angle = (180 + longitude - wheel.ascendant) * RADIANS;
    return [CENTER[0] + radius * Math.cos(angle), CENTER[1] - radius * Math.sin(angle)];
  };
  return {
    ...{ width: WIDTH, height: HEIGHT, background: INK.paper, title: wheel.title },
    shapes: [
      ...zodiac(at),
      ...houses(wheel, at),
      ...aspectLines(wheel, at),
      ...bodies(wheel, at),
      ...legend(wheel),
    ],
  };
}

type At = (longitude: number, radius: number) => readonly [number, number];

function zodiac(at: At): Shape[] {
  const sectors = SIGN_GLYPHS.flatMap((path, sign): Shape[] => {
    const from = sign * 30;
    const arc = (radius: number, back: boolean) =>
      Array.from({ length: 31 }, (_, step) => at(from + (back ? 30 - step : step), radius));
    return [
      {
        kind: 'polygon',
        points: [...arc(R.edge, false), ...arc(R.zodiac, true)],
        ...{ fill: TINTS[sign % 4] ?? INK.paper, stroke: INK.line, width: 1 },
      },
      {
        kind: 'glyph',
        path,
        center: at(from + 15, (R.edge + R.zodiac) / 2),
        size: 22,
        stroke: INK.text,
      },
    ];
  });
  const ticks = Array.from({ length: 72 }, (_, index): Shape => {
    const longitude = index * 5;
    const length = index % 2 === 0 ? 7 : 4;
    const ends = { from: at(longitude, R.zodiac), to: at(longitude, R.zodiac - length) };
    return { kind: 'line', ...ends, stroke: INK.line, width: 0.7 };
  });
  return [...sectors, ...ticks];
}

function houses(wheel: WesternWheel, at: At): Shape[] {
  const rings = [R.zodiac, R.inner].map(
    (radius): Shape => ({ kind: 'circle', center: CENTER, radius, stroke: INK.line, width: 1 }),
  );
  const cusps = wheel.cusps.flatMap((cusp, index): Shape[] => {
    const next = wheel.cusps[(index + 1) % 12] ?? 0;
    const middle = cusp + degrees360(next - cusp) / 2;
    return [
      {
        kind: 'line',
        ...{ from: at(cusp, R.inner), to: at(cusp, R.zodiac), stroke: INK.quiet, width: 0.8 },
      },
      {
        kind: 'text',
        text: String(index + 1),
        ...{ at: at(middle, R.house - 4), size: 12, anchor: 'middle', fill: INK.quiet },
      },
    ];
  });
  const angles = [
    [wheel.ascendant, wheel.ascendantLabel],
    [wheel.midheaven, wheel.midheavenLabel],
  ] as const;
  const marks = angles.flatMap(([longitude, text]): Shape[] => [
    {
      kind: 'line',
      ...{
        from: at(longitude, R.inner),
        to: at(longitude, R.edge + 6),
        stroke: INK.accent,
        width: 2,
      },
    },
    {
      kind: 'text',
      ...{
        text,
        at: at(longitude + 2.4, R.edge + 14),
        size: 12,
        anchor: 'middle',
        fill: INK.accent,
      },
    },
  ]);
  return [...rings, ...cusps, ...marks];
}

function aspectLines(wheel: WesternWheel, at: At): Shape[] {
  return wheel.aspects.map(({ from, to, tone }) => ({
    kind: 'line',
    ...{ from: at(from, R.inner), to: at(to, R.inner), stroke: TONES[tone], width: 0.9 },
    ...(tone === 'other' ? { dash: 3 } : {}),
  }));
}

function bodies(wheel: WesternWheel, at: At): Shape[] {
  const shown = spread(wheel.bodies.map(({ longitude }) => longitude));
  return wheel.bodies.flatMap((body, index): Shape[] => {
    const longitude = shown[index] ?? body.longitude;
    const path = PLANET_GLYPHS[body.key];
    const center = at(longitude, R.body);
    const mark = body.isRetrograde ? (wheel.retrogradeMark ?? 'R') : '';
    return [
      {
        kind: 'line',
        ...{ from: at(body.longitude, R.zodiac), to: at(longitude, R.body + 13) },
        ...{ stroke: INK.quiet, width: 0.7 },
      },
      {
        kind: 'line',
        from: at(body.longitude, R.inner),
        to: at(body.longitude, R.inner + 6),
        stroke: INK.text,
        width: 1.2,
      },
      path === undefined
        ? { kind: 'text', text: body.label, at: center, size: 11, anchor: 'middle', fill: INK.text }
        : { kind: 'glyph', path, center, size: 19, stroke: INK.text },
      {
        kind: 'text',
        text: `${Math.floor(degrees360(body.longitude) % 30)}°${mark}`,
        ...{ at: at(longitude, R.degree), size: 10.5, anchor: 'middle', fill: INK.text },
      },
    ];
  });
}

/**
 * Moves places on the ring apart so that none covers another, each as little as possible: the circle is cut at its
 * widest gap, and neighbours that stand too close share one middle (pooling of adjacent violators).
 */
function spread(longitudes: readonly number[]): number[] {
  const count = longitudes.length;
  const apart = Math.min(APART, 350 / Math.max(1, count));
  const order = cutAtWidestGap(longitudes);
  const start = longitudes[order[0] ?? 0] ?? 0;
  const pools: { sum: number; count: number }[] = [];
  order.forEach((index, place) => {
    let pool = { sum: degrees360((longitudes[index] ?? 0) - start) - place * apart, count: 1 };
    for (let last = pools.at(-1); last; last = pools.at(-1)) {
      if (last.sum / last.count < pool.sum / pool.count) break;
      pool = { sum: pool.sum + last.sum, count: pool.count + last.count };
      pools.pop();
    }
    pools.push(pool);
  });
  const moved = pools.flatMap(({ sum, count: size }) => Array<number>(size).fill(sum / size));
  const shown = [...longitudes];
  order.forEach((index, place) => {
    shown[index] = start + (moved[place] ?? 0) + place * apart;
  });
  return shown;
}

/** The order around the circle that begins after the widest gap. */
function cutAtWidestGap(longitudes: readonly number[]): number[] {
  const order = longitudes.map((_, index) => index);
  order.sort((a, b) => degrees360(longitudes[a] ?? 0) - degrees360(longitudes[b] ?? 0));
  const gaps = order.map((index, place) => {
    const last = order[(place + order.length - 1) % order.length] ?? index;
    const gap = degrees360((longitudes[index] ?? 0) - (longitudes[last] ?? 0));
    return place === 0 && gap === 0 ? 360 : gap;
  });
  const first = gaps.indexOf(Math.max(...gaps));
  return [...order.slice(first), ...order.slice(0, Math.max(first, 0))];
}

/** A table of positions, in the reader's language. */
function legend(wheel: WesternWheel): Shape[] {
  const left = 650;
  const step = Math.min(28, 440 / (wheel.bodies.length + 2));
  const head = wheel.lines.map(
    (text, index): Shape => ({
      kind: 'text',
      ...{ text, at: [left, 54 + index * 20], size: 12.5, anchor: 'start', fill: INK.quiet },
    }),
  );
  const top = 76 + wheel.lines.length * 20;
  const rows = [
    { key: '', label: wheel.ascendantLabel, longitude: wheel.ascendant, isRetrograde: false },
    { key: '', label: wheel.midheavenLabel, longitude: wheel.midheaven, isRetrograde: false },
    ...wheel.bodies,
  ];
  return [
    { kind: 'text', text: wheel.title, at: [left, 28], size: 18, anchor: 'start', fill: INK.text },
    ...head,
    ...rows.flatMap((body, index): Shape[] => {
      const y = top + index * step;
      const path = PLANET_GLYPHS[body.key];
      const mark = body.isRetrograde ? ` ${wheel.retrogradeMark ?? 'R'}` : '';
      return [
        ...(path === undefined
          ? []
          : [{ kind: 'glyph', path, center: [left + 8, y], size: 16, stroke: INK.text } as const]),
        text(body.label, [left + 26, y], INK.text),
        text(placeIn(body.longitude) + mark, [left + 120, y], INK.text),
        text(wheel.signLabels[signOf(body.longitude)] ?? '', [left + 195, y], INK.quiet),
      ];
    }),
  ];
}

function text(text: string, at: readonly [number, number], fill: string): Shape {
  return { kind: 'text', text, at, size: 13, anchor: 'start', fill };
}

function signOf(longitude: number): number {
  return Math.floor(degrees360(longitude) / 30);
}

/** Degrees and minutes in the sign, cut and never rounded up into the next sign. */
function placeIn(longitude: number): string {
  const inSign = degrees360(longitude) % 30;
  const minutes = Math.floor((inSign % 1) * 60);
  return `${Math.floor(inSign)}°${String(minutes).padStart(2, '0')}′`;
}
