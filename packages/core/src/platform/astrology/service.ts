import type { AstrologyInput, AstrologyName } from '@meridian/contract';
import type { Picture } from './picture.ts';

/** A question that its schema has checked. */
export interface AstrologyQuestion<N extends AstrologyName = AstrologyName> {
  readonly input: AstrologyInput<N>;
  /** The sign of a horoscope. */
  readonly sign?: string;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** Everything that is computed about the sky, by the names of the contract. */
export interface Astrology {
  /** Computes an answer. Throws a failure that names what is wrong with the question. */
  compute<N extends AstrologyName>(
    name: N,
    question: AstrologyQuestion<N>,
  ): Promise<AstrologyAnswer>;
}

/** Figures, or a picture of them. */
export type AstrologyAnswer =
  | { readonly kind: 'figures'; readonly figures: object }
  | ({ readonly kind: 'picture' } & Picture);

/** Astrology whose code and data are loaded with the first question: a start does not wait for them. */
export function createAstrology(): Astrology {
  let opened: Promise<Astrology> | undefined;
  return {
    async compute(name, question) {
      opened ??= import('./computations.ts').then(({ openComputations }) => openComputations());
      return (await opened).compute(name, question);
    },
  };
}
