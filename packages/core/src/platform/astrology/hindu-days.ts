import { calendarTime, EPHEMERIS_TO, instantFromUt, unixMs, vedic } from '@meridian/astrology';
import type { AstrologyInput } from '@meridian/contract';
import { Failure } from '../../kernel/index.ts';
import { type Birth, calendarDate, placeOf, readBirth } from './birth.ts';
import { framed } from './frame.ts';
import { ENGINE, localOfJd, momentOf } from './moment-answer.ts';
import type { Sky } from './sky.ts';
import { dayStart } from './through-time.ts';
import { castVedic, vedicOptions } from './vedic-chart.ts';
import { titleOf } from './wording.ts';

const MIDNIGHT = '00:00';
const MUHURTA_DAYS_MAX = 92;
const MUHURTA_LIMIT = 20;
/** Sade Sati is told for this many days after a birth: a long life. */
const LIFE_DAYS = 36_525;

type Shown = (jdUt: number) => string;

/** Times as the clock of the place shows them on its day. */
function clockOf({ moment }: Birth): Shown {
  return (jdUt) => localOfJd(jdUt, moment.offsetSeconds);
}

function stretch<T extends vedic.Stretch>({ from, to, ...more }: T, shown: Shown) {
  return { ...more, start: shown(from), end: shown(to) };
}

function named<T extends vedic.Stretch & { readonly key: string }>(part: T, shown: Shown) {
  return { name: titleOf(part.key), ...stretch(part, shown) };
}

/** The Hindu calendar of a day; with a time, also of that moment. */
export async function panchang(asked: AstrologyInput<'panchang'>, sky: Sky) {
  const birth = await readBirth({ ...asked, time: MIDNIGHT }, sky);
  const moment = asked.time === undefined ? undefined : await readBirth(asked, sky);
  const heaven = sky.calendar(asked.ayanamsa);
  const { year, month, day } = calendarDate(asked.date);
  const civil = { year, month, day, midnight: birth.moment.at.jdUt };
  const found = vedic.panchangDay(heaven, civil, birth.place);
  const shown = clockOf(birth);
  const orNull = (jd: number | null): string | null => (jd === null ? null : shown(jd));
  const limbs = (one: vedic.PanchangMoment) => ({
    tithi: named(one.tithi, shown),
    nakshatra: named(one.nakshatra, shown),
    yoga: named(one.yoga, shown),
    karana: named(one.karana, shown),
  });
  const { abhijit, ...kalams } = found.periods;
  return {
    date: asked.date,
    vara: titleOf(found.vara),
    vara_key: found.vara,
    sunrise: orNull(found.sunrises.upper_limb),
    sunset: orNull(found.sunsets.upper_limb),
    sunrise_hindu: orNull(found.sunrises.hindu),
    sunset_hindu: orNull(found.sunsets.hindu),
    next_sunrise: shown(found.course.nextSunrise),
    polar: found.isPolar,
    ...limbs(found.atSunrise),
    tithis: found.tithis.map((one) => named(one, shown)),
    nakshatras: found.nakshatras.map((one) => named(one, shown)),
    yogas: found.yogas.map((one) => named(one, shown)),
    karanas: found.karanas.map((one) => named(one, shown)),
    ...(moment && { at_time: limbs(vedic.panchangAt(heaven, moment.moment.at.jdUt)) }),
    lunar_month: found.month,
    years: found.samvat,
    rahu_kalam: stretch(kalams.rahu_kalam, shown),
    yamaganda: stretch(kalams.yamaganda, shown),
    gulika: stretch(kalams.gulika, shown),
    abhijit: stretch(abhijit, shown),
    choghadiya: found.choghadiyas.map((one) => named(one, shown)),
    hora: found.horas.map((one) => stretch(one, shown)),
    conventions: { ayanamsa: asked.ayanamsa ?? 'lahiri', day: 'from sunrise to sunrise' },
    moment: momentOf(birth),
    engine: ENGINE,
  };
}

/** Manglik, Kaal Sarp and Sade Sati of a birth. */
export async function doshas(asked: AstrologyInput<'doshas'>, nowMs: number, sky: Sky) {
  const birth = await readBirth(asked, sky);
  const cast = castVedic(birth, vedicOptions(asked), sky);
  const heaven = sky.calendar(cast.options.ayanamsa);
  const moon = vedic.signOf(cast.chart.grahas.moon.longitude);
  const from = birth.moment.at.jdUt;
  const saturn = vedic.sadeSati(heaven, moon, from, Math.min(from + LIFE_DAYS, EPHEMERIS_TO - 1));
  const shown = clockOf(birth);
  const stay = (one: vedic.SaturnStay) => stretch(one, shown);
  const isNow = ({ from: begin, to }: vedic.Stretch): boolean =>
    unixMs(instantFromUt(begin)) <= nowMs && nowMs < unixMs(instantFromUt(to));
  return {
    manglik: vedic.manglik(cast.chart),
    kaal_sarp: vedic.kaalSarp(cast.chart),
    sade_sati: {
      is_running: saturn.cycles.some(isNow),
      cycles: saturn.cycles.map((cycle) => ({
        ...{ start: shown(cycle.from), end: shown(cycle.to), stays: cycle.stays.map(stay) },
      })),
      dhaiyas: saturn.dhaiyas.map(stay),
    },
    ...framed(cast, birth, sky),
  };
}

/** Good stretches of time for a purpose. */
export async function muhurta(asked: AstrologyInput<'muhurta'>, sky: Sky) {
  const { purpose = 'marriage', limit = MUHURTA_LIMIT } = asked;
  const criteria = criteriaOf(purpose);
  const days = dayStart(asked.to) - dayStart(asked.from) + 1;
  if (days < 1 || days > MUHURTA_DAYS_MAX) {
    const message = `to: The range must have 1 to ${MUHURTA_DAYS_MAX} days.`;
    throw new Failure('invalid_request', { message, param: 'to' });
  }
  const birth = await readBirth({ ...asked, date: asked.from, time: MIDNIGHT }, sky);
  const heaven = sky.calendar();
  const { year, month, day } = calendarDate(asked.from);
  const found = vedic.findMuhurtas(heaven, criteria, {
    midnight: birth.moment.at.jdUt,
    weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay(),
    ...{ days, limit, place: placeOf(asked) },
  });
  const shown = clockOf(birth);
  return {
    purpose,
    from: asked.from,
    to: asked.to,
    criteria,
    muhurtas: found.map(({ tithi, nakshatra, yoga, ...one }) => ({
      ...stretch(one, shown),
      tithi: vedic.angaKey('tithi', tithi),
      nakshatra: vedic.angaKey('nakshatra', nakshatra),
      yoga: vedic.angaKey('yoga', yoga),
      local_date: isoDay(one.from, birth.moment.offsetSeconds),
    })),
    moment: momentOf(birth),
    engine: ENGINE,
  };
}

function isoDay(jdUt: number, offsetSeconds: number): string {
  const { year, month, day } = calendarTime(jdUt + offsetSeconds / DAY_SECONDS);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${year}-${two(month)}-${two(day)}`;
}

const DAY_SECONDS = 86_400;

function criteriaOf(purpose: string): vedic.MuhurtaCriteria {
  const known = Object.entries(vedic.MUHURTA_PURPOSES).find(([name]) => name === purpose);
  if (known) return known[1];
  const names = Object.keys(vedic.MUHURTA_PURPOSES).join(', ');
  throw new Failure('invalid_request', {
    message: `purpose: Not known. Known are ${names}.`,
    param: 'purpose',
  });
}
