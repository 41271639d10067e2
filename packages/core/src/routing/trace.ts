import type { KeyState } from './key-state.ts';
import type { Target } from './pick.ts';
import type { ModelName } from './targets.ts';
import type { Stage } from './types.ts';

/** What one mapping stage did. */
export interface MappingStep {
  readonly stage: 'user' | 'owner';
  readonly from: ModelName;
  readonly to: ModelName;
  /** The pattern of the rule that matched; undefined where none did. */
  readonly rule: string | undefined;
  /** Which of the policy's maps the rule is of, for the user's stage. */
  readonly map?: number;
  /** A rule of the owner that would have matched, had the user's stage none of the same pattern. */
  readonly hidden?: string;
}

/** Where a model is at home, and what says so. */
export interface Home {
  readonly level: number;
  /** The owner's own rule leads there, also to keys that are not known to answer the model. */
  readonly loose: boolean;
  readonly by: 'rule' | 'account' | 'lowest';
  /** The pattern of the LevelMapper rule. */
  readonly rule?: string;
}

/** A model that planning looks for keys of. */
export interface TracedModel {
  readonly model: ModelName;
  readonly reason: Stage['reason'];
  /** The pattern of the ModelFailover rule that names it as a backup. */
  readonly failoverRule: string | undefined;
  /** Undefined where nothing leads to any level. */
  readonly home: Home | undefined;
}

/** What planning thinks of a key for a model; a target where it can serve. */
export type KeyJudgement = Target | 'not_served' | 'no_price' | 'level_not_allowed';

/**
 * Hears what planning decides, while it decides it. Only explanations bring one: plans of requests are
 * made without.
 */
export interface PlanTrace {
  mapped(step: MappingStep): void;
  /** What follows up to the next call is about this model. */
  searching(traced: TracedModel): void;
  /** A level is looked at; its keys follow. */
  entered(level: number): void;
  judged(level: number, state: KeyState, judgement: KeyJudgement): void;
}
