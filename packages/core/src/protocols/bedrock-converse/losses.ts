import type { Ability, Loss } from '../neutral/request.ts';

/** Collects what does not survive the way to Bedrock. */
export interface LossList {
  readonly all: readonly Loss[];
  ability(ability: Ability, reason: string): void;
  field(field: string, reason: string): void;
  part(place: Place, reason: string): void;
}

/** Where a part stands in the neutral request. */
export interface Place {
  readonly message: number;
  readonly part: number;
}

export function createLossList(): LossList {
  const all: Loss[] = [];
  return {
    all,
    ability: (ability, reason) => all.push({ ability, reason }),
    field: (field, reason) => all.push({ field, reason }),
    part: ({ message, part }, reason) => all.push({ message, part, reason }),
  };
}
