import type { Price } from '../metering/index.ts';
import type { PieceCount, Pieces } from '../protocols/index.ts';

/** Whether a price counts tokens at all. */
export function metersTokens({ rates }: Price): boolean {
  return rates.input !== undefined;
}

/** A count in the unit of a price; undefined where it is not told. A call is one. */
export function countFor(
  pieces: Pieces | undefined,
  { unitName = 'call' }: Price,
): number | undefined {
  if (pieces === undefined) return undefined;
  if (unitName === 'call') return pieces.call ?? 1;
  return unitName in pieces ? pieces[unitName as keyof Pieces] : undefined;
}

/** The pieces that a request may use at a price; 0 where it is not one of pieces. */
export function piecesMax(asked: PieceCount | undefined, price: Price): number {
  if (asked === undefined || price.unit === undefined) return 0;
  return countFor(asked.by?.max, price) ?? asked.max;
}

/** The pieces that are charged where the provider does not tell. */
export function piecesLikely(asked: PieceCount, price: Price): number {
  return countFor(asked.by?.likely, price) ?? asked.likely;
}
