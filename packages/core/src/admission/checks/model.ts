import { Failure, matchesGlob } from '../../kernel/index.ts';

/** The part of a policy that says which models may be called. */
export interface ModelPolicy {
  /** One allowlist of globs per account on the path that has one; each must match. */
  readonly allowModels: readonly (readonly string[])[];
}

/** The first pattern of a list that allows a model by one of its names; undefined where none does. */
export function allowingPattern(
  list: readonly string[],
  names: readonly string[],
): string | undefined {
  return list.find((pattern) => names.some((name) => matchesGlob(pattern, name)));
}

/**
 * The model, by one of its names, must be in the AllowModels of every account on the path that has
 * one. Asked by routing between the user's mapping and the owner's.
 */
export function checkModel(policy: ModelPolicy, names: readonly string[]): Failure | undefined {
  const isAllowed = (list: readonly string[]): boolean =>
    allowingPattern(list, names) !== undefined;
  if (policy.allowModels.every(isAllowed)) return undefined;
  return new Failure('model_not_allowed', {
    message: `The model ${names[0]} is not open to this account.`,
    param: 'model',
  });
}
