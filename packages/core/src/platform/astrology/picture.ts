import { charts, labels, vedic } from '@meridian/astrology';
import type { AstrologyInput } from '@meridian/contract';
import type { kundali } from './kundali.ts';

/** A birth chart as a picture. */
export interface Picture {
  readonly contentType: 'image/svg+xml' | 'image/png';
  readonly body: string | Buffer;
}

type Kundali = Awaited<ReturnType<typeof kundali>>;

const SOFT = ['trine', 'sextile'];
const HARD = ['square', 'opposition'];

/** Draws charts; what paints pixels is loaded when the first one is asked for. */
export function createPainter() {
  const all = labels.createLabels();
  let painter: ReturnType<typeof charts.openPngPainter> | undefined;

  /** Draws what was computed, in the style and format that were asked for. */
  return async (chart: Kundali, asked: AstrologyInput<'kundali'>): Promise<Picture> => {
    const language = labels.isLanguage(asked.language ?? 'en') ? (asked.language ?? 'en') : 'en';
    const scene = sceneOf(chart, asked, (kind, key) => all.name(kind, key, language));
    if (asked.format !== 'png') return { contentType: 'image/svg+xml', body: charts.svgOf(scene) };
    painter ??= charts.openPngPainter();
    const pixels = (await painter).paint(scene);
    return { contentType: 'image/png', body: Buffer.from(pixels) };
  };
}

type Label = (kind: labels.LabelKind, key: string) => string;

function sceneOf(chart: Kundali, asked: AstrologyInput<'kundali'>, label: Label): charts.Scene {
  const title = asked.name ?? `${asked.date} ${asked.time}`;
  const { moment } = chart;
  const lines = [`${asked.date} ${asked.time} (${moment.utc_offset})`, placeText(moment)];
  const signLabels = vedic.SIGNS.map((key) => label('signs', key));
  const style = asked.style ?? (chart.system === 'western' ? 'wheel' : 'north');
  if (style === 'wheel') return wheelOf(chart, { title, lines, signLabels }, label);
  const draw = style === 'south' ? charts.southIndianChart : charts.northIndianChart;
  return draw({
    ...{ title, lines, signLabels },
    ascendantSign: signNumber(chart.ascendant.sign_key),
    ascendantLabel: 'Asc',
    bodies: chart.planets.map((planet) => ({
      label: label('grahas', planet.key),
      sign: signNumber(planet.sign_key),
      degree: Math.floor(planet.degree),
      isRetrograde: planet.retrograde,
    })),
  });
}

interface Heading {
  readonly title: string;
  readonly lines: readonly string[];
  readonly signLabels: readonly string[];
}

function wheelOf(chart: Kundali, heading: Heading, label: Label): charts.Scene {
  const cusps = chart.houses.map(({ cusp }) => cusp);
  const midheaven = 'midheaven' in chart ? chart.midheaven.longitude : (cusps[9] ?? 0);
  const places = new Map(chart.planets.map(({ key, longitude }) => [String(key), longitude]));
  const aspects = 'aspects' in chart ? chart.aspects : [];
  return charts.westernWheel({
    ...heading,
    ascendant: chart.ascendant.longitude,
    midheaven,
    cusps,
    bodies: chart.planets.map(({ key, longitude, retrograde }) => {
      return { key, label: label('grahas', key), longitude, isRetrograde: retrograde };
    }),
    aspects: aspects.flatMap(({ from, to, aspect, major }) => {
      const [a, b] = [places.get(from), places.get(to)];
      if (a === undefined || b === undefined || !major) return [];
      return [{ from: a, to: b, tone: toneOf(aspect) }];
    }),
    ascendantLabel: 'Asc',
    midheavenLabel: 'MC',
  });
}

function toneOf(aspect: string): 'soft' | 'hard' | 'other' {
  if (SOFT.includes(aspect)) return 'soft';
  return HARD.includes(aspect) ? 'hard' : 'other';
}

function signNumber(key: string): number {
  return Math.max(0, (vedic.SIGNS as readonly string[]).indexOf(key));
}

function placeText({ latitude, longitude }: { latitude: number; longitude: number }): string {
  const north = latitude < 0 ? 'S' : 'N';
  const east = longitude < 0 ? 'W' : 'E';
  return `${Math.abs(latitude).toFixed(4)}° ${north}  ${Math.abs(longitude).toFixed(4)}° ${east}`;
}
