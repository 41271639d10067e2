import type { Effort } from '../neutral/request.ts';
import type { WireTarget } from '../wire.ts';

type Named = Pick<WireTarget, 'model' | 'canonical'>;

/** A generation above all that are known: what has no number is taken for the newest. */
const NEWEST = 1_000;

const NUMBERED = /^gemini-(?:[a-z]+-)?(\d(?:\.\d)?)(?=$|-)/;

function nameOf({ model, canonical }: Named): string {
  const names = [canonical, model].map((name) => name.toLowerCase().split('/').at(-1) ?? '');
  return names.find((name) => name.startsWith('gemini')) ?? names[0] ?? '';
}

/** The generation of a Gemini model, e.g. 2.5; 0 for models of other families. */
export function generationOf(target: Named): number {
  const name = nameOf(target);
  const number = NUMBERED.exec(name)?.[1];
  if (number !== undefined) return Number(number);
  if (name === 'gemini-pro' || name === 'gemini-pro-vision') return 1;
  return name.startsWith('gemini') ? NEWEST : 0;
}

/** Whether a model is one of the open Gemma family, which Google serves by the same API. */
export function isGemmaModel(target: Named): boolean {
  return nameOf(target).startsWith('gemma-');
}

/** How a model is told how much to think. */
export type Thinking =
  | { readonly kind: 'levels'; readonly levels: readonly Effort[] }
  /** Tokens within [min, max]; 0 where thinking may be off. */
  | {
      readonly kind: 'budget';
      readonly min: number;
      readonly max: number;
      readonly mayBeOff: boolean;
    }
  | { readonly kind: 'none' };

const MINIMAL_TO_HIGH: readonly Effort[] = ['minimal', 'low', 'medium', 'high'];
const LOW_TO_HIGH: readonly Effort[] = ['low', 'medium', 'high'];
/** The last generation whose lighter models know the level `minimal`. */
const MINIMAL_UNTIL = 3.6;

function levelsOf(name: string, generation: number): readonly Effort[] {
  if (name.includes('-image')) return ['minimal', 'high'];
  if (generation === 3 && name.includes('pro')) return ['low', 'high'];
  if (generation > MINIMAL_UNTIL || name.includes('pro')) return LOW_TO_HIGH;
  return MINIMAL_TO_HIGH;
}

function budgetOf(name: string): Thinking {
  if (name.includes('-image')) return { kind: 'none' };
  if (name.includes('pro')) return { kind: 'budget', min: 128, max: 32_768, mayBeOff: false };
  const min = name.includes('lite') ? 512 : 1;
  return { kind: 'budget', min, max: 24_576, mayBeOff: true };
}

/** How the thinking of a model is steered, as Google documents it per generation. */
export function thinkingOf(target: Named & Pick<WireTarget, 'abilities'>): Thinking {
  const generation = generationOf(target);
  if (generation < 2.5 || target.abilities?.has('reasoning') === false) return { kind: 'none' };
  const name = nameOf(target);
  if (generation < 3) return budgetOf(name);
  return { kind: 'levels', levels: levelsOf(name, generation) };
}
