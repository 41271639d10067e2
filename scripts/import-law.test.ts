import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breaches } from './import-law.ts';

const CORE = 'packages/core/src';

/** The breaches of one file with this text. */
function judge(path: string, text: string): string[] {
  return breaches([{ path, text }]);
}

const lawful: readonly (readonly [path: string, text: string])[] = [
  [`${CORE}/ledger/hold.ts`, "import { sum } from '../kernel/index.ts';"],
  [`${CORE}/ledger/hold.ts`, "import type { Price } from '../metering/index.ts';"],
  [`${CORE}/ledger/hold.ts`, "import { x } from './deep/inside.ts';"],
  [`${CORE}/inference/run.ts`, "import { plan } from '../routing/index.ts';"],
  [`${CORE}/kernel/errors.ts`, "import { errorCatalog } from '@meridian/contract';"],
  [`${CORE}/providers/registry.ts`, "import { openai } from './openai/index.ts';"],
  [`${CORE}/providers/openai/index.ts`, "import type { Provider } from '../types.ts';"],
  [
    'packages/storage/src/a.ts',
    "import pg from 'pg';\nimport { sum } from '@meridian/core/kernel';",
  ],
  ['packages/testkit/src/a.ts', "import { createPostgres } from '@meridian/storage';"],
  ['apps/server/src/edge/http.ts', "import fastify from 'fastify';\nimport '../config.ts';"],
  ['apps/server/src/compose.ts', "import fastify from 'fastify';"],
  [`${CORE}/ledger/a.test.ts`, "import { world } from '@meridian/testkit';\nsetTimeout(f, 1);"],
  ['tests/crash.test.ts', "import { startServer } from '@meridian/testkit';"],
  ['tests/support/process.ts', "import { serve } from '../../apps/server/src/commands/serve.ts';"],
  [`${CORE}/kernel/clock.ts`, 'export const now = () => Date.now();'],
  [`${CORE}/kernel/month.ts`, 'const date = new Date(atMs);\n// Never call Date.now() here.'],
  [`${CORE}/routing/run.ts`, 'transport.fetch(request); prefetch(1); this.fetch(2);'],
  [`${CORE}/kernel/database-based.ts`, ''],
];

for (const [path, text] of lawful) {
  test(`lawful: ${path} with ${JSON.stringify(text)}`, () => {
    assert.deepEqual(judge(path, text), []);
  });
}

const unlawful: readonly (readonly [path: string, text: string, reason: RegExp])[] = [
  [`${CORE}/kernel/a.ts`, "import { x } from '../ledger/index.ts';", /upward/],
  [`${CORE}/kernel/a.ts`, "import type { X } from '../ledger/index.ts';", /upward/],
  [`${CORE}/kernel/a.ts`, "import {\n  type X,\n  y,\n} from '../ledger/index.ts';", /upward/],
  [`${CORE}/kernel/a.ts`, "export * from '../ledger/index.ts';", /upward/],
  [`${CORE}/kernel/a.ts`, "export type { X } from '../ledger/index.ts';", /upward/],
  [`${CORE}/kernel/a.ts`, "import '../ledger/index.ts';", /upward/],
  [`${CORE}/kernel/a.ts`, "const x = await import('../ledger/index.ts');", /upward/],
  [`${CORE}/kernel/a.ts`, "type X = import('../ledger/index.ts').X;", /upward/],
  [`${CORE}/kernel/a.ts`, "new Worker(new URL('../ledger/a.ts', import.meta.url));", /index\.ts/],
  [`${CORE}/kernel/a.ts`, "import { x } from '@meridian/core/ledger';", /upward/],
  [`${CORE}/inference/a.ts`, "import { x } from '@meridian/storage';", /upward/],
  [`${CORE}/metering/a.ts`, "import { x } from '../ledger/index.ts';", /not listed/],
  [`${CORE}/inference/a.ts`, "import { x } from '../ledger/hold.ts';", /index\.ts/],
  [`${CORE}/ledger/a.test.ts`, "import { x } from '../metering/tiers.ts';", /index\.ts/],
  [`${CORE}/inference/a.ts`, "import { x } from '@meridian/core/ledger/hold.ts';", /exports/],
  [`${CORE}/kernel/a.ts`, "import { x } from '@meridian/contract/src/errors.ts';", /exports/],
  ['packages/storage/src/a.ts', "import { x } from '../../core/src/kernel/index.ts';", /its name/],
  ['packages/contract/src/a.ts', "import { x } from '@meridian/core/kernel';", /upward/],
  [`${CORE}/providers/groq/a.ts`, "import { x } from '../openai/index.ts';", /providers are apart/],
  [`${CORE}/ledger/store.ts`, "import pg from 'pg';", /packages.*storage/],
  ['apps/server/src/compose.ts', "import { Redis } from 'ioredis';", /packages.*storage/],
  ['packages/testkit/src/a.ts', "import { PGlite } from '@electric-sql/pglite';", /storage/],
  ['apps/server/src/config.ts', "import fastify from 'fastify';", /edge/],
  [`${CORE}/inference/a.ts`, "import { request } from 'undici';", /apps/],
  ['apps/server/src/a.ts', "import { world } from '@meridian/testkit';", /scripts/],
  [
    'packages/testkit/src/a.ts',
    "import { serve } from '@meridian/server';",
    /nothing imports apps/,
  ],
  ['packages/storage/src/a.test.ts', "import { serve } from '@meridian/server';", /imports apps/],
  ['packages/storage/src/a.ts', "import { run } from '../../../scripts/run.ts';", /scripts/],
  ['tests/a.test.ts', "import { x } from '../packages/storage/src/pool.ts';", /its name/],
  ['packages/sdk/src/a.ts', "import { serve } from '../../../apps/server/src/a.ts';", /its name/],
  [`${CORE}/gossip/a.ts`, "import { x } from '../kernel/index.ts';", /gossip is not in the table/],
  [`${CORE}/kernel/a.ts`, "import { x } from '../gossip/index.ts';", /gossip is not in the table/],
  [`${CORE}/routing/a.ts`, 'const at = Date.now();', /:1: uses Date\.now/],
  [`${CORE}/routing/a.ts`, '\nconst at = new Date();', /:2: uses new Date/],
  [`${CORE}/routing/a.ts`, 'await fetch(url);', /fetch\(/],
  [`${CORE}/routing/a.ts`, 'if (Math.random() < 0.5) pick();', /Math\.random/],
  [`${CORE}/routing/a.ts`, 'setTimeout(wake, 5);', /setTimeout/],
  [`${CORE}/routing/a.ts`, 'setInterval(wake, 5);', /setInterval/],
  [`${CORE}/routing/a.ts`, 'const { HOME } = process.env;', /process\.env/],
  [`${CORE}/routing/a.ts`, 'const id = randomUUID();', /randomUUID/],
  [`${CORE}/routing/a.ts`, 'line\n'.repeat(401), /401 lines/],
  ['apps/server/src/utils.ts', '', /'utils' says nothing/],
  ['packages/storage/src/helpers/a.ts', '', /'helpers' says nothing/],
  ['packages/storage/src/pool-manager.ts', '', /'pool-manager' says nothing/],
];

for (const [path, text, reason] of unlawful) {
  test(`unlawful: ${path} with ${JSON.stringify(text.slice(0, 60))}`, () => {
    const found = judge(path, text);
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0]!, reason);
    assert.ok(found[0]!.startsWith(path));
  });
}

test('every import of a file is judged, not only the first', () => {
  const text = "import { a } from '../ledger/index.ts';\nimport b from 'pg';\n";
  assert.equal(judge(`${CORE}/kernel/a.ts`, text).length, 2);
});
