import { type AccountCreate, MODEL_ID_MAX_CHARS, MODEL_RULES_MAX } from '@meridian/contract';
import { invalid } from '../kernel/index.ts';
import { RATE_DIMENSIONS, type RateDimension, type RateLimits } from './account.ts';

type MapperInput = NonNullable<AccountCreate['ModelMapper']> | null;
/** Limits of models as they are written. */
export type LimitsInput = NonNullable<AccountCreate['ModelLimits']> | null;

function tokensOf(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

function removeRule(rules: Map<string, unknown>, param: string, name: string): void {
  if (rules.delete(name)) return;
  throw invalid(param, `${param}: there is no rule for ${name}, so it cannot be removed.`);
}

function finished<T>(rules: ReadonlyMap<string, T>, param: string): Readonly<Record<string, T>> {
  if (rules.size <= MODEL_RULES_MAX) return Object.fromEntries(rules);
  throw invalid(param, `${param}: at most ${MODEL_RULES_MAX} rules.`);
}

function mapperEntry(token: string): readonly [string, string] {
  const [from = '', to = '', ...rest] = token.split('=');
  const fits = [from, to].every((name) => name.length <= MODEL_ID_MAX_CHARS && name !== '');
  if (fits && rest.length === 0 && !to.includes('*')) return [from, to];
  throw invalid(
    'ModelMapper',
    `ModelMapper: ${token.slice(0, 80)} is not of the form model=model.`,
  );
}

/**
 * Applies what was written to a mapping. Objects merge, null removes one; text merges `a=b`, `-a`
 * removes, `*` clears. null clears.
 */
export function applyMapper(
  current: Readonly<Record<string, string>>,
  input: MapperInput,
): Readonly<Record<string, string>> {
  const rules = new Map(input === null ? [] : Object.entries(current));
  if (typeof input === 'string') {
    for (const token of tokensOf(input)) {
      if (token === '*') rules.clear();
      else if (token.startsWith('-')) removeRule(rules, 'ModelMapper', token.slice(1));
      else rules.set(...mapperEntry(token));
    }
  } else {
    for (const [from, to] of Object.entries(input ?? {})) {
      if (to === null) rules.delete(from);
      else rules.set(...mapperEntry(`${from}=${to}`));
    }
  }
  return finished(rules, 'ModelMapper');
}

function limitsText(input: string, param: string): LimitsInput {
  try {
    return JSON.parse(input);
  } catch {
    throw invalid(param, `${param}: the text is not valid JSON.`);
  }
}

function checkedLimits(model: string, written: unknown, param: string): RateLimits {
  const limits: { [dimension in RateDimension]?: number } = {};
  const wrong = (): Error =>
    invalid(
      param,
      `${param}: ${model.slice(0, 80)} needs an object with rpm, rph, rpd, tpm, tph, tpd, concurrency.`,
    );
  const isModel = model.trim() !== '' && model.length <= MODEL_ID_MAX_CHARS;
  if (!isModel || typeof written !== 'object' || written === null) throw wrong();
  for (const [name, limit] of Object.entries(written)) {
    const dimension = RATE_DIMENSIONS.find((known) => known === name);
    const isLimit = typeof limit === 'number' && Number.isSafeInteger(limit) && limit >= 0;
    if (!dimension || !(isLimit || limit === null)) throw wrong();
    if (isLimit) limits[dimension] = limit;
  }
  return limits;
}

/**
 * Applies what was written to the limits of models. Objects (also as JSON text) merge model by
 * model, null removes one; text `-model` removes, `*` clears. null clears. Errors name `param`.
 */
export function applyModelLimits(
  current: Readonly<Record<string, RateLimits>>,
  input: LimitsInput,
  param = 'ModelLimits',
): Readonly<Record<string, RateLimits>> {
  const rules = new Map(input === null ? [] : Object.entries(current));
  if (typeof input === 'string' && !input.trimStart().startsWith('{')) {
    for (const token of tokensOf(input)) {
      if (token === '*') rules.clear();
      else if (token.startsWith('-')) removeRule(rules, param, token.slice(1));
      else throw invalid(param, `${param}: ${token.slice(0, 80)} is not understood.`);
    }
    return finished(rules, param);
  }
  const written = typeof input === 'string' ? limitsText(input, param) : input;
  for (const [model, limits] of Object.entries(written ?? {})) {
    if (limits === null) rules.delete(model);
    else rules.set(model, checkedLimits(model, limits, param));
  }
  return finished(rules, param);
}
