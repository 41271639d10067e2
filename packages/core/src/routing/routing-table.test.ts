import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock, createSeededRandom } from '@meridian/testkit';
import { createRouteWorld, type Setting, walk } from './testing/route-world.ts';

type Row = readonly [model: string, changes: Partial<Setting>, route: string];

/** a and b on level 1 serve m and n, c on level 2 serves m, d on level 3 serves p. */
const BASE: Setting = { keys: 'a@1=m+n b@1=m+n c@2=m d@3=p' };

const HOME: readonly Row[] = [
  ['m', {}, 'm@1:ab'],
  ['n', {}, 'n@1:ab'],
  ['p', {}, 'p@3:d'],
  ['q', {}, '!no_provider_key'],
  ['unknown', {}, '!model_not_found'],
  ['v/m', {}, 'm@1:ab'],
  ['m-latest', {}, 'm@1:ab'],
  ['v/m-latest', {}, 'm@1:ab'],
  ['m', { keys: '' }, '!no_provider_key'],
  ['m', { keys: '*a@1=m' }, '!no_provider_key'],
  ['m', { keys: '*a@1=m b@1=m' }, 'm@1:b'],
  ['m', { keys: '*a@1=m b@2=m' }, 'm@2:b'],
  ['m', { keys: '?a@1=m' }, '!model_not_priced'],
  ['m', { keys: '?a@1=m b@1=m' }, 'm@1:b'],
  ['m', { keys: '?a@1=m b@2=m' }, '!model_not_priced'],
  ['m', { keys: 'a@1=*' }, 'm@1:a'],
  ['m', { keys: 'a@1=m*' }, 'm@1:a'],
  ['m', { keys: 'a@1=*x' }, '!no_provider_key'],
  ['mx', { keys: 'a@1=m*x' }, 'mx@1:a'],
  ['m', { keys: 'a@9=m b@2=m' }, 'm@2:b'],
  ['m', { keys: 'a@2=n b@9=m' }, 'm@9:b'],
  ['m', { level: 1 }, 'm@1:ab'],
  ['m', { level: 2 }, 'm@2:c'],
  ['m', { level: 3 }, '!no_provider_key'],
  ['p', { level: 1 }, '!no_provider_key'],
  ['p', { level: 3 }, 'p@3:d'],
  ['m', { level: 7 }, '!no_provider_key'],
];

const LEVELS: readonly Row[] = [
  ['m', { levels: 'm>2' }, 'm@2:c'],
  ['m', { levels: 'm>1' }, 'm@1:ab'],
  ['m', { levels: 'm>2', level: 1 }, 'm@2:c'],
  ['m', { levels: '*>2' }, 'm@2:c'],
  ['m', { levels: '*>2,m>1' }, 'm@1:ab'],
  ['m', { levels: 'm*>1,*>2' }, 'm@1:ab'],
  ['mini', { levels: 'm*>1,mi*>2', keys: 'a@1=* b@2=*' }, 'mini@2:b'],
  ['mini', { levels: 'm*i>1,m*>2', keys: 'a@1=* b@2=*' }, 'mini@1:a'],
  ['n', { levels: 'm>2' }, 'n@1:ab'],
  ['v/m', { levels: 'm>2' }, 'm@2:c'],
  ['v/m', { levels: 'v/m>2' }, 'm@2:c'],
  ['v/m', { levels: 'v/m>1,m>2' }, 'm@1:ab'],
  ['v/m', { levels: 'v/*>1,m>2' }, 'm@2:c'],
  ['new', { levels: 'new>1' }, 'new@1:ab'],
  ['new', { levels: 'new>2' }, 'new@2:c'],
  ['new', { levels: 'n*>3' }, 'new@3:d'],
  ['unknown-9', { levels: 'unknown*>2' }, 'unknown-9@2:c'],
  ['q', { levels: 'q>7' }, '!no_provider_key'],
  ['n', { levels: 'n>2' }, 'n@2:c'],
  ['n', { levels: 'n>1', level: 2 }, 'n@1:ab'],
];

const USER_MAPS: readonly Row[] = [
  ['x', { user: ['x>m'] }, 'm@1:ab'],
  ['x', { user: ['x>p'] }, 'p@3:d'],
  ['x', { user: ['x*>m'] }, 'm@1:ab'],
  ['x', { user: ['*>p'] }, 'p@3:d'],
  ['m', { user: ['*>p'] }, 'p@3:d'],
  ['m', { user: ['*>p,m>n'] }, 'n@1:ab'],
  ['m', { user: ['m>n,n>p'] }, 'n@1:ab'],
  ['m', { user: ['m>n', 'n>p'] }, 'n@1:ab'],
  ['m', { user: ['x>n', 'm>p'] }, 'p@3:d'],
  ['m', { user: ['m>p', 'm>n'] }, 'p@3:d'],
  ['m', { user: ['*>n', 'm>p'] }, 'n@1:ab'],
  ['m', { user: ['m>m'] }, 'm@1:ab'],
  ['m', { user: ['m>v/n'] }, 'n@1:ab'],
  ['v/m', { user: ['m>p'] }, 'p@3:d'],
  ['v/m', { user: ['v/m>p,m>n'] }, 'p@3:d'],
  ['m-latest', { user: ['*-latest>p'] }, 'p@3:d'],
  ['m', { user: ['m>unknown'] }, '!model_not_found'],
  ['m', { user: ['m>q'] }, '!no_provider_key'],
  ['mid-x-end', { user: ['mid*end>n'] }, 'n@1:ab'],
];

const OWNER_MAPS: readonly Row[] = [
  ['x', { owner: 'x>m' }, 'm@1:ab'],
  ['m', { owner: 'm>p' }, 'p@3:d'],
  ['m', { owner: 'm>n,n>p' }, 'n@1:ab'],
  ['m', { owner: '*>p' }, 'p@3:d'],
  ['m', { owner: '*>p,m>n' }, 'n@1:ab'],
  ['x', { user: ['x>m'], owner: 'm>p' }, 'p@3:d'],
  ['x', { user: ['x>m'], owner: 'x>p' }, 'm@1:ab'],
  ['m', { user: ['m>n'], owner: 'm>p' }, 'n@1:ab'],
  ['x', { user: ['x>n'], owner: 'n>m,m>p' }, 'm@1:ab'],
  ['m', { user: ['*>n'], owner: '*>p' }, 'n@1:ab'],
  ['m', { user: ['x>n'], owner: '*>p' }, 'p@3:d'],
  ['m', { user: ['q>n', 'm>m'], owner: 'm>p' }, 'm@1:ab'],
  ['m', { user: ['n>m'], owner: 'n>p,m>n' }, 'n@1:ab'],
  ['v/m', { owner: 'm>p' }, 'p@3:d'],
  ['v/m', { owner: 'v/m>p,m>n' }, 'p@3:d'],
  ['m', { owner: 'm>n', levels: 'n>2' }, 'n@2:c'],
  ['m', { owner: 'm>n', levels: 'm>2' }, 'n@1:ab'],
];

const ALLOWED: readonly Row[] = [
  ['m', { allow: ['m'] }, 'm@1:ab'],
  ['m', { allow: ['n'] }, '!model_not_allowed'],
  ['m', { allow: ['m,n', 'm'] }, 'm@1:ab'],
  ['n', { allow: ['m,n', 'm'] }, '!model_not_allowed'],
  ['m', { allow: ['*'] }, 'm@1:ab'],
  ['m', { allow: ['m*', '*'] }, 'm@1:ab'],
  ['m', { allow: ['*', 'n*'] }, '!model_not_allowed'],
  ['v/m', { allow: ['m'] }, 'm@1:ab'],
  ['v/m', { allow: ['v/*'] }, 'm@1:ab'],
  ['x', { allow: ['m'], user: ['x>m'] }, 'm@1:ab'],
  ['m', { allow: ['m'], user: ['m>n'] }, '!model_not_allowed'],
  ['m', { allow: ['m'], owner: 'm>p' }, 'p@3:d'],
  ['x', { allow: ['m'], owner: 'x>m' }, '!model_not_allowed'],
  ['m', { allow: ['m'], failover: 'm>p' }, 'm@1:ab p@3:d'],
  ['m', { allowLevels: [1] }, 'm@1:ab'],
  ['m', { allowLevels: [2] }, 'm@2:c'],
  ['m', { allowLevels: [3] }, '!permission_denied'],
  ['m', { allowLevels: [1, 2] }, 'm@1:ab'],
  ['m', { allowLevels: [2], level: 1 }, '!permission_denied'],
  ['m', { allowLevels: [1], levels: 'm>2' }, '!permission_denied'],
  ['m', { allowLevels: [1], switch: '1>2' }, 'm@1:ab'],
  ['m', { allowLevels: [2], level: 1, switch: '1>2' }, 'm@2:c'],
  ['m', { allowLevels: [1], failover: 'm>p' }, 'm@1:ab'],
  ['m', { allowLevels: [1, 3], failover: 'm>p' }, 'm@1:ab p@3:d'],
  ['m', { allowLevels: [] }, '!permission_denied'],
];

const BACKUPS: readonly Row[] = [
  ['m', { failover: 'm>p' }, 'm@1:ab p@3:d'],
  ['m', { failover: 'm>n+p' }, 'm@1:ab n@1:ab p@3:d'],
  ['m', { failover: 'm>p+n' }, 'm@1:ab p@3:d n@1:ab'],
  ['m', { failover: 'm>q+p' }, 'm@1:ab p@3:d'],
  ['m', { failover: 'm>unknown' }, 'm@1:ab'],
  ['m', { failover: 'n>p' }, 'm@1:ab'],
  ['m', { failover: '*>p' }, 'm@1:ab p@3:d'],
  ['m', { failover: '*>p,m>n' }, 'm@1:ab n@1:ab'],
  ['m', { failover: 'm>n,n>p' }, 'm@1:ab n@1:ab'],
  ['m', { failover: 'm>m' }, 'm@1:ab'],
  ['q', { failover: 'q>m' }, 'm@1:ab'],
  ['x', { owner: 'x>m', failover: 'm>p' }, 'm@1:ab p@3:d'],
  ['x', { owner: 'x>m', failover: 'x>p' }, 'm@1:ab'],
  ['m', { owner: 'p>n', failover: 'm>p' }, 'm@1:ab p@3:d'],
  ['m', { level: 2, failover: 'm>p' }, 'm@2:c'],
  ['m', { levels: 'p>3', level: 2, failover: 'm>p' }, 'm@2:c p@3:d'],
  ['m', { switch: '1>2' }, 'm@1:ab m@2:c'],
  ['m', { switch: '1>3' }, 'm@1:ab'],
  ['m', { switch: '1>3,3>2' }, 'm@1:ab m@2:c'],
  ['m', { switch: '1>2,2>1' }, 'm@1:ab m@2:c'],
  ['m', { switch: '1>1' }, 'm@1:ab'],
  ['m', { switch: '2>1' }, 'm@1:ab'],
  ['m', { level: 2, switch: '2>1' }, 'm@2:c m@1:ab'],
  ['n', { switch: '1>2' }, 'n@1:ab'],
  ['m', { switch: '1>2', failover: 'm>p' }, 'm@1:ab p@3:d m@2:c'],
  ['m', { switch: '1>2', failover: 'm>n+p' }, 'm@1:ab n@1:ab p@3:d m@2:c'],
  ['m', { level: 3, switch: '3>1' }, 'm@1:ab'],
  ['new', { levels: 'new>2', switch: '2>3' }, 'new@2:c new@3:d'],
  ['m', { levels: 'm>2', switch: '2>3' }, 'm@2:c'],
];

const RESTING: readonly Row[] = [
  ['m', { asleep: 'a' }, 'm@1:b'],
  ['m', { asleep: 'a b' }, '-'],
  ['m', { asleep: 'c' }, 'm@1:ab'],
  ['m', { asleep: 'a b', switch: '1>2' }, 'm@2:c'],
  ['m', { asleep: 'a', switch: '1>2' }, 'm@1:b m@2:c'],
  ['m', { asleep: 'a b c', switch: '1>2' }, '-'],
  ['m', { asleep: 'a b', failover: 'm>p' }, 'p@3:d'],
  ['m', { asleep: 'a b', failover: 'm>n+p' }, 'p@3:d'],
  ['m', { asleep: 'a b', switch: '1>2', failover: 'm>p' }, 'm@2:c p@3:d'],
  ['m', { asleep: 'a b c', switch: '1>2', failover: 'm>p' }, 'p@3:d'],
  ['m', { asleep: 'd', failover: 'm>p' }, 'm@1:ab'],
  ['m', { asleep: 'd', switch: '1>2', failover: 'm>p' }, 'm@1:ab m@2:c'],
  ['m', { asleep: 'a b c d', switch: '1>2', failover: 'm>p' }, '-'],
  ['p', { asleep: 'd', switch: '3>1' }, '-'],
  ['m', { asleep: 'a b', level: 2 }, 'm@2:c'],
  ['m', { asleep: 'a b', levels: 'm>1' }, '-'],
  ['m', { paused: 'a/m' }, 'm@1:b'],
  ['m', { paused: 'a/n' }, 'm@1:ab'],
  ['n', { paused: 'a/m b/m' }, 'n@1:ab'],
  ['m', { paused: 'a/m b/m' }, '-'],
  ['m', { paused: 'a/m b/m', switch: '1>2' }, 'm@2:c'],
  ['m', { paused: 'a/m b/m', failover: 'm>n' }, 'n@1:ab'],
  ['m', { paused: 'a/m', asleep: 'b', failover: 'm>n' }, 'n@1:a'],
  ['v/m', { paused: 'a/m' }, 'm@1:b'],
  ['x', { paused: 'a/m', owner: 'x>m' }, 'm@1:b'],
  ['m', { keys: 'a@1=m *b@1=m c@2=m', asleep: 'a', switch: '1>2' }, 'm@2:c'],
  ['m', { keys: 'a@1=m ?b@1=m c@2=m', asleep: 'a', switch: '1>2' }, 'm@2:c'],
  ['m', { keys: 'a@1=m b@2=m c@3=m', asleep: 'a b', switch: '1>2,2>3' }, 'm@3:c'],
  ['m', { keys: 'a@1=m b@2=m c@3=m', asleep: 'a', switch: '1>2,2>3' }, 'm@2:b m@3:c'],
  ['m', { keys: 'a@1=m b@2=m', asleep: 'a', switch: '1>2', allowLevels: [1] }, '-'],
];

const GROUPS = { HOME, LEVELS, USER_MAPS, OWNER_MAPS, ALLOWED, BACKUPS, RESTING };

for (const [group, rows] of Object.entries(GROUPS)) {
  test(`routing table: ${group.toLowerCase().replace('_', ' ')}`, () => {
    const wrong: string[] = [];
    for (const [model, changes, route] of rows) {
      const found = walk(
        createRouteWorld(
          { ...BASE, ...changes },
          {
            clock: createFakeClock(),
            random: createSeededRandom(1),
            bounds: { attemptCap: 20, deadlineMs: 1_000 },
          },
        ).plan(model),
      );
      if (found !== route)
        wrong.push(`${model} ${JSON.stringify(changes)}: ${found}, not ${route}`);
    }
    assert.deepEqual(wrong, []);
  });
}

test('the table has its rows, each once', () => {
  const rows = Object.values(GROUPS).flat();
  assert.ok(rows.length >= 150, `${rows.length} rows`);
  assert.equal(new Set(rows.map((row) => JSON.stringify(row.slice(0, 2)))).size, rows.length);
});
