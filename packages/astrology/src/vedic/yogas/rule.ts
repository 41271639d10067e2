import type { Graha } from '../../types.ts';
import type { Reading } from '../reading.ts';

/** Where a yoga is taught. */
export interface YogaSource {
  readonly work: string;
  readonly chapter: number;
}

/** What undoes or weakens a yoga that is formed. */
export interface Cancellation {
  readonly key: string;
  /** The condition in words. */
  readonly condition: string;
  readonly holds: (reading: Reading, participants: readonly Graha[]) => boolean;
}

/** What a yoga is about. */
export type YogaGroup =
  | 'mahapurusha'
  | 'lunar'
  | 'solar'
  | 'nabhasa'
  | 'fortune'
  | 'raja'
  | 'service'
  | 'wealth'
  | 'penury'
  | 'house'
  | 'ascetic'
  | 'affliction'
  | 'relief';

/** A yoga as data and rule. */
export interface YogaRule {
  readonly key: string;
  readonly group: YogaGroup;
  /** Yogas that one pattern makes for many grahas, lords or houses bear one family name. */
  readonly family?: string;
  readonly source: YogaSource;
  /** The rule in words, as it is computed. */
  readonly condition: string;
  /** The grahas that form it, or null. */
  readonly find: (reading: Reading) => readonly Graha[] | null;
  readonly cancellations: readonly Cancellation[];
}

/** A rule before its chapter is known. */
export interface YogaDraft {
  readonly key: string;
  readonly condition: string;
  readonly find: (reading: Reading) => readonly Graha[] | null;
  readonly family?: string;
  readonly cancellations?: readonly Cancellation[];
}

/** What a draft may have besides. */
type Extras = Pick<YogaDraft, 'family' | 'cancellations'>;

/** One rule of a chapter. */
export function rule(
  key: string,
  condition: string,
  find: YogaDraft['find'],
  extras: Extras = {},
): YogaDraft {
  return { key, condition, find, ...extras };
}

/** What all rules of a list have in common. */
interface Shared {
  readonly group: YogaGroup;
  /** Cancellations that each of them has besides its own. */
  readonly cancellations?: readonly Cancellation[];
}

/** Rules of one chapter of one work. */
export function chapter(
  work: string,
  number: number,
  shared: Shared,
  drafts: readonly YogaDraft[],
): readonly YogaRule[] {
  return drafts.map((draft) => ({
    ...draft,
    group: shared.group,
    source: { work, chapter: number },
    cancellations: [...(draft.cancellations ?? []), ...(shared.cancellations ?? [])],
  }));
}

/** The grahas when the condition holds, each once; else null. */
export function when(isSo: boolean, ...grahas: readonly Graha[]): readonly Graha[] | null {
  return isSo && grahas.length > 0 ? [...new Set(grahas)] : null;
}

/** All grahas for which the condition holds; null when there are fewer than `atLeast`. */
export function those(
  grahas: readonly Graha[],
  isSo: (graha: Graha) => boolean,
  atLeast = 1,
): readonly Graha[] | null {
  const found = grahas.filter(isSo);
  return found.length >= atLeast ? found : null;
}

/** Works by the names used in sources. */
export const BPHS = 'Brihat Parashara Hora Shastra';
export const PHALADEEPIKA = 'Phaladeepika';
export const HORA_SARA = 'Hora Sara';
export const BRIHAT_JATAKA = 'Brihat Jataka';

/** A participant is burnt by the Sun. */
export const BURNT: Cancellation = {
  key: 'participant_combust',
  condition: 'A participant is burnt by the Sun.',
  holds: (r, participants) => participants.some((graha) => r.isBurnt[graha]),
};

/** A participant is debilitated and nothing lifts it. */
export const FALLEN: Cancellation = {
  key: 'participant_debilitated',
  condition:
    'A participant is debilitated, and its host is not in a kendra from the lagna or the Moon.',
  holds: (r, participants) =>
    participants.some((graha) => r.isDebilitated(graha) && !isLifted(r, graha)),
};

/** Whether the host of a debilitated graha is in a kendra from the lagna or the Moon. */
export function isLifted(r: Reading, graha: Graha): boolean {
  const host = r.host(graha);
  return isKendra(r.house[host]) || isKendra(r.fromMoon(host));
}

/** Whether a house number is 1, 4, 7 or 10. */
export function isKendra(house: number): boolean {
  return house % 3 === 1;
}

/** Whether a house number is 1, 5 or 9. */
export function isTrikona(house: number): boolean {
  return house % 4 === 1;
}

/** Whether a house number is 6, 8 or 12. */
export function isDusthana(house: number): boolean {
  return house === 6 || house === 8 || house === 12;
}
