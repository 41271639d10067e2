import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

interface LockedPackage {
  readonly resolved?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(
  readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'),
) as { packages: Readonly<Record<string, LockedPackage>> };

test('the lock file names no registry, so that it works with any', () => {
  const named = Object.entries(packages).filter(([, entry]) => entry.resolved && !entry.link);
  assert.deepEqual(named, []);
});

// `npm ci` refuses the whole file when one is missing, whatever the platform it runs on.
test('the builds of every platform are in the lock file', () => {
  const wanted = Object.values(packages).flatMap((entry) =>
    Object.keys(entry.optionalDependencies ?? {}),
  );
  assert.ok(wanted.length > 0);
  assert.deepEqual(
    wanted.filter((name) => !Object.keys(packages).some((path) => path.endsWith(`/${name}`))),
    [],
  );
});
