import { degrees180, degrees360 } from '../time/angles.ts';
import { instantFromTt } from '../time/instant.ts';
import type { Body, Ephemeris, Instant } from '../types.ts';

/** A stretch of time, Julian dates in Terrestrial Time. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A moment of a body's way, its longitude counted on over 360°. */
interface Sample {
  readonly jd: number;
  readonly longitude: number;
  readonly speed: number;
}

/** A body's way through the zodiac, cut at its stations so that every piece runs one way. */
export interface Track {
  readonly body: Body;
  readonly samples: readonly Sample[];
}

/** A moment at which a body reached a longitude. */
export interface Crossing {
  readonly at: Instant;
  /** The longitude reached, degrees. */
  readonly longitude: number;
  readonly isRetrograde: boolean;
}

/** Days between samples: well under the time between two stations, and a turn under half a circle. */
const STEP_DAYS: Readonly<Record<Body, number>> = {
  ...{ sun: 10, moon: 2, mercury: 4, venus: 8, mars: 10, jupiter: 20, saturn: 20 },
  ...{ uranus: 20, neptune: 20, pluto: 20, mean_node: 30, true_node: 1 },
};
/** A tenth of a second. */
const PRECISION_DAYS = 1e-6;
const ROUNDS_MAX = 60;
/** Samples of one track; a range that needs more is refused. */
const SAMPLES_MAX = 20_000;

/** Follows a body through a span of time. Throws a RangeError for a span that is too long for the body. */
export function track(ephemeris: Ephemeris, body: Body, span: Span): Track {
  const step = STEP_DAYS[body];
  const count = Math.max(1, Math.ceil((span.to - span.from) / step));
  if (count > SAMPLES_MAX) throw new RangeError(`the range is too long to follow ${body}`);
  const at = (jd: number, from?: Sample): Sample => {
    const { longitude, speed } = ephemeris.position(body, instantFromTt(jd));
    return { jd, speed, longitude: from ? carriedOn(from, longitude) : longitude };
  };
  const samples = [at(span.from)];
  for (let index = 1; index <= count; index++) {
    const last = samples.at(-1);
    if (!last) break;
    const next = at(index === count ? span.to : span.from + index * step, last);
    const turn = turnBetween(last, next);
    const middle = turn === undefined ? undefined : at(turn, last);
    if (middle && middle.speed * next.speed < 0) {
      samples.push(stationBetween(at, last, middle), stationBetween(at, middle, next));
    } else if (last.speed * next.speed < 0) {
      samples.push(stationBetween(at, last, next));
    }
    samples.push(next);
  }
  return { body, samples };
}

type SampleAt = (jd: number, from: Sample) => Sample;

/** A longitude counted on from an earlier one of the same body. */
function carriedOn(last: Sample, longitude: number): number {
  return last.longitude + degrees180(longitude - last.longitude);
}

/** Where a body that goes the same way at both ends may go the other way between them: its slowest moment. */
function turnBetween(a: Sample, b: Sample): number | undefined {
  const days = b.jd - a.jd;
  const mean = (b.longitude - a.longitude) / days;
  // The slope of Hermite's cubic is a parabola through both speeds with this mean.
  const bend = 3 * (a.speed + b.speed - 2 * mean);
  if (a.speed * b.speed <= 0 || bend === 0) return undefined;
  const share = (2 * a.speed + b.speed - 3 * mean) / bend;
  if (!(share > 0 && share < 1)) return undefined;
  const slowest = a.speed + share * (b.speed - a.speed) + bend * share * (share - 1);
  const isNear = slowest * a.speed < 0 || Math.abs(slowest) < NEAR_STATION * Math.abs(mean);
  return isNear ? a.jd + share * days : undefined;
}

const NEAR_STATION = 0.2;

/** Regula falsi on the speed, an end that stays twice drawn in (Illinois). */
function stationBetween(at: SampleAt, a: Sample, b: Sample): Sample {
  let [left, right] = [a.jd, b.jd];
  let [leftSpeed, rightSpeed] = [a.speed, b.speed];
  let kept: 'left' | 'right' | undefined;
  let found = a;
  for (let round = 0; round < ROUNDS_MAX && right - left > PRECISION_DAYS; round++) {
    found = at(left + ((right - left) * leftSpeed) / (leftSpeed - rightSpeed), a);
    if (Math.abs(found.speed) < STILL_DEGREES_PER_DAY) break;
    if (found.speed * rightSpeed > 0) {
      [right, rightSpeed] = [found.jd, found.speed];
      if (kept === 'left') leftSpeed /= 2;
      kept = 'left';
    } else {
      [left, leftSpeed] = [found.jd, found.speed];
      if (kept === 'right') rightSpeed /= 2;
      kept = 'right';
    }
  }
  return { ...found, speed: 0 };
}

/** A thousandth of an arc-second in a day. */
const STILL_DEGREES_PER_DAY = 0.001 / 3600;

/** The stations of a track: where its speed is zero. */
export function stations(of: Track): (Crossing & { readonly turns: 'retrograde' | 'direct' })[] {
  return of.samples
    .map((sample, index) => {
      // Two stations may follow each other, so the way tells more than the speed at the next sample.
      const next = of.samples[index + 1] ?? sample;
      return { sample, after: next.longitude - sample.longitude };
    })
    .filter(({ sample }) => sample.speed === 0)
    .map(({ sample, after }) => ({
      at: instantFromTt(sample.jd),
      longitude: degrees360(sample.longitude),
      isRetrograde: after < 0,
      turns: after < 0 ? 'retrograde' : 'direct',
    }));
}

/** Every moment of a track at which the body stands at a longitude in degrees, in order of time. */
export function crossings(ephemeris: Ephemeris, of: Track, longitude: number): Crossing[] {
  const found: Crossing[] = [];
  for (let index = 1; index < of.samples.length; index++) {
    const [a, b] = [of.samples[index - 1], of.samples[index]];
    if (!a || !b) continue;
    const [low, high] = a.longitude < b.longitude ? [a, b] : [b, a];
    const first = longitude + 360 * Math.ceil((low.longitude - longitude) / 360);
    // A piece ends where the next begins; the shared moment belongs to the later piece.
    const isHit =
      first <= high.longitude && !(first === b.longitude && index < of.samples.length - 1);
    if (!isHit) continue;
    const jd = refine(ephemeris, of.body, { a, b, target: first });
    found.push({
      at: instantFromTt(jd),
      longitude: degrees360(longitude),
      isRetrograde: b.longitude < a.longitude,
    });
  }
  return found;
}

interface Bracket {
  readonly a: Sample;
  readonly b: Sample;
  readonly target: number;
}

/** The root of a piece: a cubic through its ends gives it to seconds, two steps of Newton's to the limit. */
function refine(ephemeris: Ephemeris, body: Body, bracket: Bracket): number {
  const cubic = cubicOf(bracket);
  let jd = rootOf(cubic, bracket);
  for (let round = 0; round < NEWTON_ROUNDS; round++) {
    const off = degrees180(ephemeris.longitude(body, instantFromTt(jd)) - bracket.target);
    if (Math.abs(off) < CLOSE_DEGREES) return jd;
    const next = jd - off / cubic(jd).slope;
    if (!(next >= bracket.a.jd && next <= bracket.b.jd)) break;
    jd = next;
  }
  return falsePosition(ephemeris, body, bracket);
}

const NEWTON_ROUNDS = 4;

type Cubic = (jd: number) => { readonly value: number; readonly slope: number };

/** Hermite's cubic through longitudes and speeds of both ends. */
function cubicOf({ a, b }: Bracket): Cubic {
  const days = b.jd - a.jd;
  const rise = b.longitude - a.longitude;
  const [first, last] = [a.speed * days, b.speed * days];
  const square = 3 * rise - 2 * first - last;
  const cube = first + last - 2 * rise;
  return (jd) => {
    const t = (jd - a.jd) / days;
    return {
      value: a.longitude + t * (first + t * (square + t * cube)),
      slope: (first + t * (2 * square + 3 * t * cube)) / days,
    };
  };
}

function rootOf(cubic: Cubic, { a, b, target }: Bracket): number {
  let [low, high] = [a.jd, b.jd];
  const isRising = b.longitude > a.longitude;
  for (let round = 0; round < ROUNDS_MAX && high - low > PRECISION_DAYS; round++) {
    const middle = (low + high) / 2;
    if (cubic(middle).value < target === isRising) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** For roots next to a station: regula falsi; an end that stays twice is drawn in (Illinois). */
function falsePosition(ephemeris: Ephemeris, body: Body, { a, b, target }: Bracket): number {
  let [left, right] = [a.jd, b.jd];
  let [leftOff, rightOff] = [a.longitude - target, b.longitude - target];
  let guess = left;
  let kept: 'left' | 'right' | undefined;
  for (let round = 0; round < ROUNDS_MAX && right - left > PRECISION_DAYS; round++) {
    const share = leftOff / (leftOff - rightOff);
    guess = left + (right - left) * (Number.isFinite(share) ? share : 0.5);
    const off = degrees180(ephemeris.longitude(body, instantFromTt(guess)) - target);
    if (Math.abs(off) < CLOSE_DEGREES) return guess;
    if (off * rightOff > 0) {
      [right, rightOff] = [guess, off];
      if (kept === 'left') leftOff /= 2;
      kept = 'left';
    } else {
      [left, leftOff] = [guess, off];
      if (kept === 'right') rightOff /= 2;
      kept = 'right';
    }
  }
  return guess;
}

/** A hundredth of an arc-second is 20 ms of the Moon, 0.2 s of the Sun. */
const CLOSE_DEGREES = 0.01 / 3600;

/** The first moment after another at which a body reaches a longitude; undefined if not within the days. */
export function nextCrossing(
  ephemeris: Ephemeris,
  { body, longitude, after, withinDays }: NextCrossing,
): Crossing | undefined {
  const way = track(ephemeris, body, { from: after.jdTt, to: after.jdTt + withinDays });
  return crossings(ephemeris, way, longitude)[0];
}

/** What `nextCrossing` looks for. */
export interface NextCrossing {
  readonly body: Body;
  /** Tropical degrees. */
  readonly longitude: number;
  readonly after: Instant;
  readonly withinDays: number;
}
