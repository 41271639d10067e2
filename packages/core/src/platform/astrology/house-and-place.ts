import { vastu as rules } from '@meridian/astrology';
import type { AstrologyInput } from '@meridian/contract';
import { Failure } from '../../kernel/index.ts';
import { placeOf } from './birth.ts';
import type { Sky } from './sky.ts';

/** A house judged by the directions of its rooms. */
export function vastu(asked: AstrologyInput<'vastu'>) {
  const { latitude, longitude } = placeOf(asked);
  const direction = directionOf(asked.direction, 'direction');
  const rooms = asked.rooms.map(({ name, direction: towards }, i) => {
    const room = rules.parseRoom(name);
    if (room === undefined) throw unknown(`rooms.${i}.name`, rules.ROOMS);
    return { name, room, direction: directionOf(towards, `rooms.${i}.direction`) };
  });
  return rules.analyseVastu({ direction, rooms, latitude, longitude });
}

function directionOf(text: string, param: string): rules.Direction {
  const direction = rules.parseDirection(text);
  if (direction !== undefined) return direction;
  throw unknown(param, rules.DIRECTIONS);
}

function unknown(param: string, known: readonly string[]): Failure {
  const message = `${param}: Not known. Known are ${known.join(', ')}.`;
  return new Failure('invalid_request', { message, param });
}

/** Places by the beginning of their names. */
export async function places(asked: AstrologyInput<'places'>, sky: Sky) {
  const gazetteer = await sky.gazetteer();
  const { q, country, limit } = asked;
  const found = gazetteer.search({
    text: q,
    ...(country !== undefined && { country }),
    ...(limit !== undefined && { limit }),
  });
  return {
    places: found.map(({ zone, ...place }) => ({ ...place, timezone: zone })),
    source: 'GeoNames, CC BY 4.0',
  };
}
