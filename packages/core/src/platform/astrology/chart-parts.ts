import { vedic } from '@meridian/astrology';
import type { AstrologyInput } from '@meridian/contract';
import { Failure } from '../../kernel/index.ts';
import { readBirth } from './birth.ts';
import { framed } from './frame.ts';
import type { Sky } from './sky.ts';
import { castVedic, vedicOptions } from './vedic-chart.ts';
import { cut, titleOf } from './wording.ts';
import { yogasOf } from './yoga-answer.ts';

const DIVISION_MAX = 300;

/** The yogas of a birth. */
export async function yogas(asked: AstrologyInput<'yogas'>, sky: Sky) {
  const birth = await readBirth(asked, sky);
  const cast = castVedic(birth, vedicOptions(asked), sky);
  const found = yogasOf(cast);
  return {
    count: found.length,
    yogas: found,
    known: vedic.YOGAS.length,
    ...framed(cast, birth, sky),
  };
}

/** Divisional charts of a birth. */
export async function divisional(asked: AstrologyInput<'divisional'>, sky: Sky) {
  const birth = await readBirth(asked, sky);
  const cast = castVedic(birth, vedicOptions(asked), sky);
  const { scheme = 'parashari' } = asked;
  const charts = divisionsOf(asked.divisions).map((division) =>
    chartOf(cast.chart, division, scheme),
  );
  return { scheme, charts, ...framed(cast, birth, sky) };
}

function divisionsOf(text: string | undefined): readonly number[] {
  if (text === undefined) return vedic.PARASHARI_VARGAS;
  const divisions = [...new Set(text.split(',').map(Number))];
  if (divisions.every((division) => division >= 1 && division <= DIVISION_MAX)) return divisions;
  throw new Failure('invalid_request', {
    message: `divisions: Expected numbers from 1 to ${DIVISION_MAX}.`,
    param: 'divisions',
  });
}

function chartOf(
  chart: Parameters<typeof vedic.varga>[0],
  division: number,
  scheme: vedic.VargaScheme,
) {
  const { ascendant, grahas } = vedic.varga(chart, division, scheme);
  const placed = (sign: number, longitude: number) => {
    const name = vedic.signName(sign);
    const degree = cut(vedic.vargaDegrees(longitude, division));
    return { sign: titleOf(name), sign_key: name, degree };
  };
  return {
    division,
    name: `D${division}`,
    ascendant: placed(ascendant, chart.ascendant),
    planets: vedic.GRAHAS.map((graha) => ({
      name: titleOf(graha),
      key: graha,
      ...placed(grahas[graha], chart.grahas[graha].longitude),
      house: vedic.houseFrom(ascendant, grahas[graha]),
    })),
  };
}
