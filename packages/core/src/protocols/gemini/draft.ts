import type { Ability, Loss } from '../neutral/request.ts';
import type { WireTarget } from '../wire.ts';
import { generationOf } from './model.ts';

/** What the writing of one request works on. */
export interface Draft {
  readonly target: WireTarget;
  /** Of the model: 2.5, 3, …; 0 for models that are no Gemini. */
  readonly generation: number;
  readonly losses: Loss[];
}

/** Starts the writing of a request. */
export function openDraft(target: WireTarget): Draft {
  return { target, generation: generationOf(target), losses: [] };
}

/** Notes that the target cannot do something. */
export function lose({ losses }: Draft, ability: Ability, reason: string): void {
  losses.push({ ability, reason });
}
