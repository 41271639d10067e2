import type { KeyRotated, RootRotation, SelfRotation } from '@meridian/contract';
import { Failure, invalid, notFound, Secret } from '../../kernel/index.ts';
import { type Account, ROOT_ID } from '../account.ts';
import { parseIdentifier } from '../identifiers.ts';
import { generateAccountKey, keyImprint } from '../keys.ts';
import {
  type AccountsServiceDeps,
  type Actor,
  operation,
  requireAccount,
  requireFullKey,
} from './context.ts';

/** So long after midnight, UTC, yesterday's date still confirms. */
const YESTERDAY_ACCEPTED_MS = 3_600_000;
const MS_PER_SECOND = 1_000;

type Action = KeyRotated['rotate']['action'];

const CONFIRMATIONS = {
  rotate_self: { suffix: '-ROTATE-SELF', message: 'Self key rotated successfully' },
  rotate_root: { suffix: '-ROTATE-ROOT', message: 'Key rotated successfully' },
} as const satisfies Record<Action, object>;

function dateOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** Throws unless the confirmation carries today's date, or in the first hour yesterday's. */
function requireConfirmed(action: Action, confirm: string, nowMs: number): void {
  const { suffix } = CONFIRMATIONS[action];
  const dates = [dateOf(nowMs), dateOf(nowMs - YESTERDAY_ACCEPTED_MS)];
  if (dates.some((date) => confirm === `${date}${suffix}`)) return;
  throw invalid(
    'confirm',
    `confirm: expected ${dateOf(nowMs)}${suffix}, with today’s date in UTC.`,
  );
}

interface Rotation {
  readonly actor: Actor;
  readonly action: Action;
  readonly target: Pick<Account, 'id' | 'name'>;
  readonly key: Secret;
  readonly overlapSeconds: number;
  /** The end of the key that may be replaced; undefined for whichever there is. */
  readonly oldTail?: string | undefined;
}

function overtaken(): Failure {
  return new Failure('conflict', { message: 'The key has just been replaced by another request.' });
}

/** Replaces the key, as a whole or not at all; every node is told in the same transaction. */
async function rotate(deps: AccountsServiceDeps, rotation: Rotation): Promise<KeyRotated> {
  const { actor, action, target, key, overlapSeconds, oldTail } = rotation;
  const nowMs = deps.clock.now();
  const oldUntil = overlapSeconds === 0 ? null : nowMs + overlapSeconds * MS_PER_SECOND;
  await deps.store.change(async (unit) => {
    const [before] = await unit.lock([target.id]);
    if (!before) throw notFound('Account');
    if (oldTail !== undefined && before.keyTail !== oldTail) throw overtaken();
    const after = await unit.replaceKey(target.id, keyImprint(key), oldUntil);
    const changes = { PartialKey: [before.keyTail, after.keyTail] } as const;
    await unit.record(operation(actor, action, after, changes));
  });
  deps.onChange(target.id);
  return {
    success: true,
    message: CONFIRMATIONS[action].message,
    rotate: {
      action,
      id: target.id,
      name: target.name,
      key: key.reveal(),
      timestamp: new Date(nowMs).toISOString(),
      old_key_until: oldUntil === null ? null : new Date(oldUntil).toISOString(),
    },
  };
}

/** Gives the acting account another secret key. */
export async function rotateSelf(
  deps: AccountsServiceDeps,
  actor: Actor,
  body: SelfRotation,
): Promise<KeyRotated> {
  requireFullKey(actor);
  requireConfirmed('rotate_self', body.confirm, deps.clock.now());
  const target = await requireAccount(deps.store, actor, { id: actor.policy.accountId });
  const key = generateAccountKey(deps.random);
  const overlapSeconds = body.overlap_seconds ?? 0;
  const { keyTail: oldTail } = actor;
  return rotate(deps, { actor, action: 'rotate_self', target, key, overlapSeconds, oldTail });
}

/** Gives any account another secret key, for root; without a name root itself. */
export async function rotateRoot(
  deps: AccountsServiceDeps,
  actor: Actor,
  body: RootRotation,
): Promise<KeyRotated> {
  requireFullKey(actor);
  if (!actor.policy.isRoot) {
    throw new Failure('permission_denied', { message: 'Only root may rotate keys of others.' });
  }
  requireConfirmed('rotate_root', body.confirm, deps.clock.now());
  const { filter, selects } =
    body.name === undefined
      ? ({ filter: { id: ROOT_ID }, selects: 'one' } as const)
      : parseIdentifier(body.name);
  if (selects !== 'one') throw notFound('Account');
  const target = await requireAccount(deps.store, actor, filter);
  const key = body.key === undefined ? generateAccountKey(deps.random) : new Secret(body.key);
  const overlapSeconds = body.overlap_seconds ?? 0;
  return rotate(deps, { actor, action: 'rotate_root', target, key, overlapSeconds });
}
