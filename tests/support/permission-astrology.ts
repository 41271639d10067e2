import { routeTable } from '@meridian/contract';
import type { PermissionRow } from './permission-table.ts';

/** A computation for everybody who can pay it: both ways to ask, and so many other names. */
type Computation = readonly [name: string, byQuery: number, byBody: number];

const COMPUTATIONS: readonly Computation[] = [
  ['kundali', 1, 3],
  ['panchang', 1, 3],
  ['dasha', 1, 3],
  ['divisional', 1, 1],
  ['yogas', 1, 3],
  ['doshas', 1, 1],
  ['compatibility', 0, 3],
  ['kp', 1, 1],
  ['transits', 1, 3],
  ['progressions', 1, 1],
  ['synastry', 0, 1],
  ['composite', 0, 1],
  ['returns', 1, 1],
  ['muhurta', 1, 1],
  ['eclipses', 1, 1],
  ['horoscope', 3, 0],
  ['vastu', 0, 3],
  ['places', 1, 0],
];

const QUERIES: Readonly<Record<string, string>> = { horoscope: '', places: 'q=Pune' };

/** What the body's example says, as a query. */
function queryOf(name: string): string {
  const known = QUERIES[name];
  if (known !== undefined) return known;
  const example = routeTable.find(({ id }) => id === `astrology.${name}FromBody`)?.body?.example;
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(example ?? {})) query.set(key, String(value));
  return query.toString();
}

function ids(first: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => (i === 0 ? first : `${first}Alias${i}`));
}

/** The rows of the astrology routes; `expect` is the same for all. */
export function astrologyPermissions(expect: string): readonly PermissionRow[] {
  return COMPUTATIONS.flatMap(([name, byQuery, byBody]) => [
    ...ids(`astrology.${name}`, byQuery).map((route) => ({
      route,
      expect,
      query: () => queryOf(name),
      params: async () => (name === 'horoscope' ? { sign: 'aries' } : {}),
    })),
    ...ids(`astrology.${name}FromBody`, byBody).map((route) => ({ route, expect })),
  ]);
}
