import { invalid } from '@meridian/core/kernel';
import type { UsagePage, UsageQuery, UsageSubject } from '@meridian/core/ledger';
import type { Parameter, Queries, Row } from '../database.ts';
import { amountOf, textOf } from './cells.ts';
import { outcomeNumber } from './record-flags.ts';
import { recordOf, recordsSql } from './usage-rows.ts';

const PAGE_MAX = 1_000;
/** Records that no condition fits are read past: first those of a day, then of twice as long … */
const FIRST_STRETCH_US = 86_400_000_000n;
/** After this long a page with conditions ends where it is. */
const SEARCH_MAX_MS = 2_000;

const CURSOR = /^(\d{1,18})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
/** Before every id: a cursor with it stands before all records of its microsecond. */
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

const INSTANT = (n: number): string => `timestamptz 'epoch' + $${n} * interval '1 microsecond'`;
const PAGE_SQL = `${recordsSql(`usage_page($1::int4[], $2::int4, ${INSTANT(3)}, ${INSTANT(4)},
    $5::uuid, $6::text, $7::text, $8::int2, $9::int4)`)}
  order by u.at desc, u.id desc`;

/** Before which record a page begins. */
interface Place {
  readonly atUs: bigint;
  readonly id: string;
}

/** The parameters of `usage_…` functions that say whose usage is meant. */
export function subjectParameters(subject: UsageSubject): readonly [Parameter, Parameter] {
  return 'subtreeOf' in subject ? [null, subject.subtreeOf] : [subject.accountIds, null];
}

function microseconds(ms: number): bigint {
  return BigInt(Math.trunc(ms)) * 1_000n;
}

function firstPlace({ after, until }: UsageQuery): Place {
  const end = { atUs: microseconds(until), id: FIRST_ID };
  if (after === undefined) return end;
  const [, at, id] = CURSOR.exec(after) ?? [];
  if (at === undefined || id === undefined) {
    throw invalid('after', 'The cursor does not belong to this list.');
  }
  const place = { atUs: BigInt(at), id };
  return place.atUs < end.atUs ? place : end;
}

function placeOf(row: Row): Place {
  return { atUs: amountOf(row, 'at_us'), id: textOf(row, 'id') };
}

function isSelective({ model, surface, outcome }: UsageQuery): boolean {
  return model !== undefined || surface !== undefined || outcome !== undefined;
}

/** One page of usage records, the newest first. */
export async function readPage(
  queries: Queries,
  subject: UsageSubject,
  query: UsageQuery,
): Promise<UsagePage> {
  const { model = null, surface = null, outcome } = query;
  const wanted = Math.min(PAGE_MAX, Math.max(1, Math.trunc(query.limit)));
  const sinceUs = microseconds(query.since);
  const giveUpAt = performance.now() + SEARCH_MAX_MS;
  const found: Row[] = [];
  let place = firstPlace(query);
  let stretchUs = FIRST_STRETCH_US;
  while (place.atUs > sinceUs || place.id !== FIRST_ID) {
    const isAtEnd = !isSelective(query) || place.atUs - stretchUs <= sinceUs;
    const fromUs = isAtEnd ? sinceUs : place.atUs - stretchUs;
    stretchUs *= 2n;
    const rows = await queries.query(PAGE_SQL, [
      ...subjectParameters(subject),
      fromUs,
      place.atUs,
      place.id,
      model,
      surface,
      outcome === undefined ? null : outcomeNumber(outcome),
      wanted - found.length + 1,
    ]);
    found.push(...rows);
    const last = found[wanted - 1];
    if (found.length > wanted && last) return pageOf(found.slice(0, wanted), placeOf(last));
    place = { atUs: fromUs, id: FIRST_ID };
    if (performance.now() > giveUpAt && !isAtEnd) return pageOf(found, place);
  }
  return pageOf(found, null);
}

function pageOf(rows: readonly Row[], next: Place | null): UsagePage {
  return { records: rows.map(recordOf), next: next && `${next.atUs}.${next.id}` };
}
