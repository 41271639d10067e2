import type { Operation } from '@meridian/core/accounts';

const DETAILS_MAX_CHARS = 300;
const VALUE_MAX_CHARS = 60;

/** The beginning of a sentence for the actions that read best with one of their own. */
const OPENINGS: Readonly<Record<string, string>> = {
  add_user: 'Created user',
  update_user: 'Updated user',
  delete_user: 'Deleted user',
};

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > VALUE_MAX_CHARS ? `${text.slice(0, VALUE_MAX_CHARS)}…` : text;
}

function change([name, [before, after]]: readonly [string, readonly [unknown, unknown]]): string {
  if (before === null || before === undefined) return `${name} ${shown(after ?? null)}`;
  if (after === null || after === undefined) return `${name} ${shown(before)} removed`;
  return `${name} ${shown(before)} → ${shown(after)}`;
}

/** What happened, in a few words: `Updated user: RPM 10 → 20`. */
export function describeOperation({
  action,
  changes,
}: Pick<Operation, 'action' | 'changes'>): string {
  const words = action.replaceAll('_', ' ');
  const opening = OPENINGS[action] ?? words.charAt(0).toUpperCase() + words.slice(1);
  const email = changes.Email?.[1];
  if (action === 'add_user' && typeof email === 'string') return `${opening} with email: ${email}`;
  const told = Object.entries(changes).map(change).join(', ');
  const text = told === '' ? opening : `${opening}: ${told}`;
  return text.length > DETAILS_MAX_CHARS ? `${text.slice(0, DETAILS_MAX_CHARS)}…` : text;
}
