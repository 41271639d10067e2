import {
  type FoundResponse,
  type KeptResponse,
  LOST_SECONDS,
  type WireObject,
} from '@meridian/core/inference';
import type { Row } from '../database.ts';
import type { SecretBox } from '../secretbox.ts';

/** What is sealed of a response. */
interface Contents {
  readonly response: WireObject;
  readonly input: readonly WireObject[];
}

/** A seal opens for the one row that it was made for. */
export function responseContext(accountId: number, id: string): string {
  return `response:${accountId}:${id}`;
}

/** What a response says, as the database keeps it. */
export function seal(box: SecretBox, accountId: number, kept: KeptResponse): Buffer {
  const { response, input } = kept;
  const contents: Contents = { response, input };
  return box.seal(JSON.stringify(contents), responseContext(accountId, kept.id));
}

/** Ids that the database takes as they are; nobody has given out others. */
const USABLE_ID = /^[\x21-\x7e]{1,256}$/;

/** The ids of the items that were answered, as far as a request could name them. */
export function itemIdsOf({ response }: Pick<KeptResponse, 'response'>): readonly string[] {
  const { output } = response;
  if (!Array.isArray(output)) return [];
  return output.flatMap((item: unknown) => {
    const id = (item as { id?: unknown } | null)?.id;
    return typeof id === 'string' && USABLE_ID.test(id) ? [id] : [];
  });
}

/** The columns that a response is read from. */
export const COLUMNS = `account_id, id, status, is_background, previous_id, upstream_key, sealed,
  status in ('queued', 'in_progress')
    and beat_at < now() - ${LOST_SECONDS} * interval '1 second' as is_lost`;

/** A response as it was kept. Throws where the seal does not open. */
export function toResponse(box: SecretBox, row: Row): FoundResponse {
  const accountId = Number(row.account_id);
  const id = String(row.id);
  const contents = JSON.parse(
    box.open(row.sealed as Buffer, responseContext(accountId, id)),
  ) as Contents;
  return {
    id,
    status: row.status as FoundResponse['status'],
    previousId: row.previous_id === null ? undefined : String(row.previous_id),
    isBackground: row.is_background === true,
    upstreamKeyId: row.upstream_key === null ? undefined : Number(row.upstream_key),
    response: contents.response,
    input: contents.input,
    isLost: row.is_lost === true,
  };
}
