import type { OpaquePart, Seal } from '../neutral/parts.ts';
import type { ResponseOutput } from './output.ts';
import { type SealedPlace, writeRidingPart, writeRidingSeal } from './reasoning.ts';

/** A seal that its part has no place for rides in a reasoning item of its own. */
export function addRidingSeal(output: ResponseOutput, seal: Seal, place: SealedPlace): void {
  addRider(output, writeRidingSeal(seal, place));
}

/** Another vendor's part rides along for later turns; one of this wire is an item. */
export function addOpaque(output: ResponseOutput, { origin, value }: OpaquePart): void {
  if (origin !== 'responses') addRider(output, writeRidingPart(origin, value));
  else if (typeof value === 'object' && value !== null) output.add('it', () => value);
}

function addRider(output: ResponseOutput, sealed: string): void {
  output.add('rs', (id) => ({ id, type: 'reasoning', summary: [], encrypted_content: sealed }));
}
