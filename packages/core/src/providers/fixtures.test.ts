import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createProviderRegistry, PROVIDER_KINDS } from './registry.ts';
import type { Verdict } from './types.ts';

/** A reply in the vendor's documented shape, and what it means for the key. */
interface Fixture {
  readonly source: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly expect: Verdict;
}

const providers = createProviderRegistry();
/** Fixtures that each kind has at least; the sandbox has no vendor. */
const LEAST = 8;

for (const kind of PROVIDER_KINDS) {
  const folder = new URL(`./${kind}/fixtures/`, import.meta.url);

  test(`${kind}: every known reply is judged as its fixture says`, async (t) => {
    if (kind === 'sandbox') return assert.ok(!existsSync(folder));
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
    assert.ok(files.length >= LEAST, `${files.length} fixtures`);
    for (const file of files) {
      await t.test(file.replace('.json', ''), () => {
        const fixture = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Fixture;
        const { status, headers, body } = fixture;
        const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
        const reply = { status, headers: (name: string) => headers[name], body: bytes };
        assert.deepEqual(providers.get(kind).judge(reply), fixture.expect);
      });
    }
  });
}
