import type { Graha, VedicChart } from '../types.ts';
import { combustion, type Dignity, dignityAt, isDebilitatedIn, isExaltedIn } from './dignity.ts';
import { looksAt } from './drishti.ts';
import { arudha, charaKarakas } from './karakas.ts';
import { vargaSign } from './vargas.ts';
import { cycle, GRAHAS, houseFrom, lordOf, norm360, signOf, type VisibleGraha } from './zodiac.ts';

/** A value for each graha. */
export type PerGraha<T> = Record<Graha, T>;

const KENDRAS = [1, 4, 7, 10];
const TRIKONAS = [1, 5, 9];
const DUSTHANAS = [6, 8, 12];

/**
 * A chart as rules read it: signs, whole-sign houses from the lagna, dignities and looks, computed once. The words are
 * those of the classics: a graha *joins* another in its sign, *looks at* a sign by full drishti.
 */
export class Reading {
  readonly chart: VedicChart;
  /** Sign number of the ascendant. */
  readonly lagna: number;
  readonly sign: PerGraha<number>;
  /** Houses from the lagna, 1 to 12. */
  readonly house: PerGraha<number>;
  /** Sign numbers in the navamsa. */
  readonly navamsa: PerGraha<number>;
  readonly navamsaLagna: number;
  readonly dignity: PerGraha<Dignity>;
  readonly isBurnt: PerGraha<boolean>;
  /** Whether the Moon grows. */
  readonly isWaxing: boolean;
  /** Whether more than half of the Moon is lit. */
  readonly isBright: boolean;
  /** Whether the Sun stands above the horizon, by the houses of the ascendant's degree. */
  readonly isDay: boolean;
  /** Jupiter, Venus, the waxing Moon, and Mercury unless joined by malefics alone. */
  readonly benefics: readonly Graha[];
  /** The Sun, Mars, Saturn, the nodes, the waning Moon, and Mercury joined by malefics alone. */
  readonly malefics: readonly Graha[];
  readonly #benefic: PerGraha<boolean>;
  #soul: { atma: Graha; amatya: Graha; putra: Graha } | undefined;

  constructor(chart: VedicChart) {
    this.chart = chart;
    this.lagna = signOf(chart.ascendant);
    this.navamsaLagna = vargaSign(chart.ascendant, 9);
    const places = chart.grahas;
    this.sign = perGraha((graha) => signOf(places[graha].longitude));
    this.house = perGraha((graha) => houseFrom(this.lagna, this.sign[graha]));
    this.navamsa = perGraha((graha) => vargaSign(places[graha].longitude, 9));
    this.dignity = perGraha((graha) =>
      dignityAt(graha, places[graha].longitude, this.sign[lordOf(this.sign[graha])]),
    );
    const sun = places.sun.longitude;
    this.isBurnt = perGraha((graha) => combustion(graha, places[graha], sun)?.isCombust ?? false);
    const elongation = norm360(places.moon.longitude - sun);
    this.isWaxing = elongation < 180;
    this.isBright = elongation > 90 && elongation < 270;
    this.isDay = norm360(sun - chart.ascendant) >= 180;
    this.#benefic = this.#natures();
    this.benefics = GRAHAS.filter((graha) => this.#benefic[graha]);
    this.malefics = GRAHAS.filter((graha) => !this.#benefic[graha]);
  }

  #natures(): PerGraha<boolean> {
    const company = GRAHAS.filter((other) => other !== 'mercury' && this.joins(other, 'mercury'));
    const isGood = (graha: Graha): boolean =>
      graha === 'jupiter' || graha === 'venus' || (graha === 'moon' && this.isWaxing);
    const isMercuryGood = company.length === 0 || company.some(isGood);
    return perGraha((graha) => (graha === 'mercury' ? isMercuryGood : isGood(graha)));
  }

  /** The lord of a house from the lagna, 1 to 12. */
  lord(house: number): VisibleGraha {
    return lordOf(this.signOfHouse(house));
  }

  /** Sign number of a house from the lagna. */
  signOfHouse(house: number): number {
    return cycle(this.lagna + house - 1, 12);
  }

  /** The lord of the sign a graha is in. */
  host(graha: Graha): VisibleGraha {
    return lordOf(this.sign[graha]);
  }

  /** House of a graha counted from a sign number. */
  from(sign: number, graha: Graha): number {
    return houseFrom(sign, this.sign[graha]);
  }

  /** House of a graha counted from the Moon. */
  fromMoon(graha: Graha): number {
    return houseFrom(this.sign.moon, this.sign[graha]);
  }

  /** Grahas in the nth house counted from a sign number. */
  at(sign: number, nth: number): readonly Graha[] {
    const target = cycle(sign + nth - 1, 12);
    return GRAHAS.filter((graha) => this.sign[graha] === target);
  }

  /** Grahas in a house from the lagna. */
  inHouse(house: number): readonly Graha[] {
    return this.at(this.lagna, house);
  }

  isIn(graha: Graha, houses: readonly number[]): boolean {
    return houses.includes(this.house[graha]);
  }

  inKendra(graha: Graha): boolean {
    return KENDRAS.includes(this.house[graha]);
  }

  inTrikona(graha: Graha): boolean {
    return TRIKONAS.includes(this.house[graha]);
  }

  inDusthana(graha: Graha): boolean {
    return DUSTHANAS.includes(this.house[graha]);
  }

  /** Whether each is in a kendra from the other. */
  areInMutualKendra(a: Graha, b: Graha): boolean {
    return KENDRAS.includes(houseFrom(this.sign[a], this.sign[b]));
  }

  isBenefic(graha: Graha): boolean {
    return this.#benefic[graha];
  }

  joins(a: Graha, b: Graha): boolean {
    return this.sign[a] === this.sign[b];
  }

  looksAtSign(graha: Graha, sign: number): boolean {
    return looksAt(graha, this.sign[graha], sign);
  }

  looksAt(a: Graha, b: Graha): boolean {
    return a !== b && looksAt(a, this.sign[a], this.sign[b]);
  }

  looksAtHouse(graha: Graha, house: number): boolean {
    return looksAt(graha, this.sign[graha], this.signOfHouse(house));
  }

  /** Whether `a`, another graha, joins `b` or looks at it. */
  touches(a: Graha, b: Graha): boolean {
    return a !== b && (this.joins(a, b) || this.looksAt(a, b));
  }

  /** Whether a graha is in a house or looks at it. */
  touchesHouse(graha: Graha, house: number): boolean {
    return this.house[graha] === house || this.looksAtHouse(graha, house);
  }

  exchanges(a: Graha, b: Graha): boolean {
    return a !== b && this.host(a) === b && this.host(b) === a;
  }

  /** Joined, each looking at the other, or in exchange. */
  areLinked(a: Graha, b: Graha): boolean {
    if (a === b) return false;
    return this.joins(a, b) || (this.looksAt(a, b) && this.looksAt(b, a)) || this.exchanges(a, b);
  }

  /** Whether some benefic other than itself touches a graha. */
  isHelped(graha: Graha): boolean {
    return this.benefics.some((benefic) => this.touches(benefic, graha));
  }

  /** Whether some malefic other than itself touches a graha. */
  isHurt(graha: Graha): boolean {
    return this.malefics.some((malefic) => this.touches(malefic, graha));
  }

  isExalted(graha: Graha): boolean {
    return isExaltedIn(graha, this.sign[graha]);
  }

  isDebilitated(graha: Graha): boolean {
    return isDebilitatedIn(graha, this.sign[graha]);
  }

  /** Exalted, in its moolatrikona or its own sign. */
  isWell(graha: Graha): boolean {
    const dignity = this.dignity[graha];
    return dignity === 'exalted' || dignity === 'moolatrikona' || dignity === 'own';
  }

  /** Well placed by sign, or with a friend in a kendra or trikona; neither burnt nor debilitated. */
  isStrong(graha: Graha): boolean {
    if (this.isBurnt[graha] || this.isDebilitated(graha)) return false;
    if (this.isWell(graha)) return true;
    const dignity = this.dignity[graha];
    const isFriendly = dignity === 'great_friend' || dignity === 'friend';
    return isFriendly && (this.inKendra(graha) || this.inTrikona(graha));
  }

  /** Debilitated, burnt, or with an enemy. */
  isWeak(graha: Graha): boolean {
    const dignity = this.dignity[graha];
    const isHostile = dignity === 'enemy' || dignity === 'great_enemy';
    return isHostile || this.isDebilitated(graha) || this.isBurnt[graha];
  }

  /** In the same sign in the navamsa. */
  isVargottama(graha: Graha): boolean {
    return this.sign[graha] === this.navamsa[graha];
  }

  /** The significators of the soul, of the minister and of children, in the scheme of seven. */
  get karakas(): { readonly atma: Graha; readonly amatya: Graha; readonly putra: Graha } {
    if (!this.#soul) {
      const { atma = 'sun', amatya = 'moon', putra = 'jupiter' } = charaKarakas(this.chart);
      this.#soul = { atma, amatya, putra };
    }
    return this.#soul;
  }

  /** Sign number of the arudha of a house. */
  arudha(house: number): number {
    return arudha(this.chart, house);
  }
}

function perGraha<T>(value: (graha: Graha) => T): PerGraha<T> {
  return {
    sun: value('sun'),
    moon: value('moon'),
    mars: value('mars'),
    mercury: value('mercury'),
    jupiter: value('jupiter'),
    venus: value('venus'),
    saturn: value('saturn'),
    rahu: value('rahu'),
    ketu: value('ketu'),
  };
}
