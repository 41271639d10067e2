import { DEGREES, RADIANS } from '../time/angles.ts';
import {
  DIRECTIONS,
  type Direction,
  type DirectionMeaning,
  directionMeaning,
} from './directions.ts';
import { ROOM_RULES, type Room, type RoomRule } from './rooms.ts';

/** One row of the rule table: a room in a direction. */
export interface VastuRule {
  readonly room: Room;
  readonly direction: Direction;
  /** −2 worst to 2 best. */
  readonly score: number;
  readonly verdict: 'best' | 'good' | 'neutral' | 'poor' | 'worst';
  readonly reason: string;
  /** Absent where nothing is wrong. */
  readonly remedy?: string;
}

const VERDICTS = ['worst', 'poor', 'neutral', 'good', 'best'] as const;

/** The rule for a room in a direction. */
export function vastuRule(room: Room, direction: Direction): VastuRule {
  const rule = ruleOf(room);
  const score = scoreOf(rule, direction);
  const verdict = VERDICTS[score + 2] ?? 'neutral';
  const reason = reasonOf(rule, directionMeaning(direction), score);
  const row = { room, direction, score, verdict, reason };
  return score < 0 ? { ...row, remedy: rule.remedy } : row;
}

/** The whole rule table: every room in every direction. */
export function vastuRules(): VastuRule[] {
  return ROOM_RULES.flatMap(({ room }) =>
    DIRECTIONS.map((direction) => vastuRule(room, direction)),
  );
}

function ruleOf(room: Room): RoomRule {
  const rule = ROOM_RULES.find((candidate) => candidate.room === room);
  if (!rule) throw new RangeError(`no rule is known for the room ${room}`);
  return rule;
}

function scoreOf(rule: RoomRule, direction: Direction): number {
  if (rule.best.includes(direction)) return 2;
  if (rule.good.includes(direction)) return 1;
  if (rule.poor.includes(direction)) return -1;
  return rule.worst.includes(direction) ? -2 : 0;
}

function reasonOf(rule: RoomRule, meaning: DirectionMeaning, score: number): string {
  const zone = `${words(meaning.direction)} is a zone of ${meaning.element} under ${meaning.guardian} and stands for ${meaning.theme}`;
  const name = words(rule.room);
  if (score > 0) return `The ${name} wants ${rule.wants}; ${zone}.`;
  if (score === 0) return `The ${name} neither gains nor harms here; ${zone}.`;
  return `Here the ${name} disturbs ${rule.disturbs}; ${zone}.`;
}

function words(key: string): string {
  return key.replaceAll('_', ' ');
}

/** A house to judge. */
export interface VastuInput {
  /** Which way the house faces. */
  readonly direction: Direction;
  readonly rooms: readonly {
    readonly name: string;
    readonly room: Room;
    readonly direction: Direction;
  }[];
  /** Where it stands, degrees: the bearings of the Sun depend on the latitude. */
  readonly latitude: number;
  readonly longitude: number;
}

/** What the rules say of a house. */
export interface VastuAnalysis {
  readonly facing: DirectionMeaning;
  readonly place: { readonly latitude: number; readonly longitude: number };
  readonly rooms: readonly (VastuRule & { readonly name: string; readonly weight: number })[];
  /** 0 to 100; 50 where everything is neutral. */
  readonly score: number;
  /** Bearings of sunrise and sunset at this latitude, degrees clockwise from north; null where the Sun does not rise. */
  readonly sun: {
    readonly june: SunBearings | null;
    readonly equinox: SunBearings | null;
    readonly december: SunBearings | null;
  };
  readonly warnings: readonly string[];
}

/** Where the Sun rises and sets. */
export interface SunBearings {
  readonly sunrise: number;
  readonly sunset: number;
}

/** The weight of the facing direction beside those of rooms. */
const FACING_WEIGHT = 3;
/** Declination of the Sun at the solstices, degrees, of the year 2000 (Meeus, Astronomical Algorithms, chapter 22). */
const SOLSTICE_DECLINATION = 23.44;
const ROOMS_MAX = 60;

/** Judges a house by the rule table. Throws a RangeError for more than 60 rooms. */
export function analyseVastu(input: VastuInput): VastuAnalysis {
  if (input.rooms.length > ROOMS_MAX) throw new RangeError(`rooms must be at most ${ROOMS_MAX}`);
  const facing = directionMeaning(input.direction);
  const rooms = input.rooms.map(({ name, room, direction }) => ({
    ...vastuRule(room, direction),
    ...{ name, weight: ruleOf(room).weight },
  }));
  const points = rooms.reduce((sum, { score, weight }) => sum + score * weight, 0);
  const weights = rooms.reduce((sum, { weight }) => sum + weight, FACING_WEIGHT);
  const mean = (points + facing.facing * FACING_WEIGHT) / weights;
  return {
    place: { latitude: input.latitude, longitude: input.longitude },
    ...{ facing, rooms, score: Math.round((mean + 2) * 25) },
    sun: {
      june: sunBearings(input.latitude, SOLSTICE_DECLINATION),
      equinox: sunBearings(input.latitude, 0),
      december: sunBearings(input.latitude, -SOLSTICE_DECLINATION),
    },
    warnings: warningsFor(input),
  };
}

/** By cos A = sin δ ÷ cos φ, without refraction (Meeus, Astronomical Algorithms, chapter 15). */
function sunBearings(latitude: number, declination: number): SunBearings | null {
  const cosine = Math.sin(declination * RADIANS) / Math.cos(latitude * RADIANS);
  if (!(Math.abs(cosine) < 1) || Math.abs(latitude) >= 90) return null;
  const sunrise = Math.acos(cosine) * DEGREES;
  return { sunrise, sunset: 360 - sunrise };
}

function warningsFor(input: VastuInput): string[] {
  const warnings: string[] = [];
  if (input.latitude < 0) {
    warnings.push(
      'The rules assume the sun of the northern hemisphere; south of the equator it stands in the north at noon.',
    );
  }
  if (Math.abs(input.latitude) > 90 - SOLSTICE_DECLINATION) {
    warnings.push('At this latitude the Sun does not rise or set on every day of the year.');
  }
  const corners = new Map<string, number>();
  for (const { room } of input.rooms) corners.set(room, (corners.get(room) ?? 0) + 1);
  if ((corners.get('entrance') ?? 0) > 1) {
    warnings.push(
      'More than one entrance is given; the house is judged by the direction it faces.',
    );
  }
  return warnings;
}
