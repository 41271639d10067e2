// The import law of docs/architecture.md, and the few rules of style that a formatter cannot check.
import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Rooms and their levels. A file may import lower levels, and its own level where listed below. */
const LEVELS: Readonly<Record<string, number>> = {
  ...{ contract: -1, astrology: -1 },
  ...{ kernel: 0, protocols: 1, telemetry: 1 },
  ...{ providers: 2, accounts: 2, admission: 2, routing: 2, catalog: 2, metering: 2, ledger: 2 },
  ...{ jobs: 2, inference: 3, platform: 3, storage: 4, testkit: 5, server: 6, console: 6 },
};
const SAME_LEVEL_EDGES: Readonly<Record<string, string>> = {
  'accounts -> admission': 'the effective policy lists its rate windows',
  'accounts -> ledger': 'the effective policy names who pays, and its budgets',
  'catalog -> metering': 'a price is what metering charges by',
  'ledger -> metering': 'a usage record keeps its price',
  'routing -> admission': 'a mapped model has to be allowed',
  'routing -> metering': 'a target carries its price',
  'routing -> providers': 'a target is a key of a provider',
};

/** Who may import these packages besides tests; everybody else may not. */
const GUARDED_PACKAGES: readonly (readonly [package_: RegExp, allowed: RegExp])[] = [
  [/^(pg|ioredis|@electric-sql\/.+)$/, /^packages\/storage\//],
  [/^(fastify|@fastify\/.+)$/, /^apps\/server\/src\/(edge|routes|compose)\b/],
  [/^(undici|node:(https?|http2|net|tls))$/, /^(apps|packages\/testkit|scripts|bench|tests)\//],
  [/^@meridian\/testkit$/, /^(scripts|bench|tests)\//],
];

/** What rooms of levels 0 to 2 take as arguments (Clock, Random, ports) instead of reaching for it. */
const IMPURE =
  /\b(Date\.now|performance\.now|Math\.random|random(Bytes|Int|UUID)|set(Timeout|Interval|Immediate)|process\.env)\b|new Date\(\s*\)|(?<![.\w])fetch\(/;
const MAY_BE_IMPURE: Readonly<Record<string, string>> = {
  'packages/core/src/kernel/clock.ts': 'implements the Clock port',
  'packages/core/src/kernel/random.ts': 'implements the Random port',
};

const LINES_MAX = 400;
const MAY_BE_LONG: Readonly<Record<string, string>> = {};
const NAMES_WITHOUT_OWNER = /(^|-)(utils?|helpers?|common|manager|base|misc)$/;
const SOURCES = '{packages,apps,scripts,tests,bench}/**/*.{ts,tsx,mts}';
const IMPORTS =
  /^\s*(?:import|export)\b[^;'"]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\b(?:import|require|import\.meta\.resolve)\(\s*['"`]([^'"`]+)|\bnew URL\(\s*['"]([^'"]+\.m?tsx?)['"],\s*import\.meta/gm;

/** A source file: its path from the repository root, with forward slashes, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Every breach of the law in these files, one line each; empty when there is none. */
export function breaches(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => [
    ...importBreaches(file),
    ...impurities(file),
    ...shapeBreaches(file),
  ]);
}

/** `packages/core/src/kernel/clock.ts` is in kernel, `apps/server/bin/x.ts` in server, scripts in none. */
function roomOf(path: string): string | null {
  const [top, name = '', source, room = ''] = path.split('/');
  if (top === 'apps') return name;
  if (top !== 'packages') return null;
  return name === 'core' && source === 'src' ? room.replace(/\.ts$/, '') : name;
}

function importBreaches({ path, text }: SourceFile): string[] {
  return [...text.matchAll(IMPORTS)].flatMap((match) => {
    const specifier = match.slice(1).find(Boolean) ?? '';
    const why = specifier.startsWith('.')
      ? whyNotRelative(path, posix.join(posix.dirname(path), specifier))
      : whyNotPackage(path, specifier);
    return why === null ? [] : [`${path}: imports '${specifier}': ${why}`];
  });
}

function whyNotRelative(path: string, target: string): string | null {
  const [from, to] = [roomOf(path), roomOf(target)];
  const provider = /^packages\/core\/src\/providers\/([^/]+)\//;
  const [own, other] = [provider.exec(path)?.[1], provider.exec(target)?.[1]];
  if (own && other && own !== other) return 'providers are apart';
  if (from === to) return null;
  // Tests of whole processes put together what an app puts together.
  if (path.startsWith('tests/') && target.startsWith('apps/')) return null;
  const isSamePackage = target.split('/', 2).join('/') === path.split('/', 2).join('/');
  if (to !== null && !isSamePackage) return 'another package is imported by its name';
  const isIndex = target === `packages/core/src/${to}/index.ts`;
  return to === null || isIndex
    ? whyNotRoom(path, to)
    : `room ${to} is entered through its index.ts`;
}

function whyNotPackage(path: string, specifier: string): string | null {
  const guard = GUARDED_PACKAGES.find(([guarded]) => guarded.test(specifier));
  if (guard && !guard[1].test(path) && !isTest(path)) return `allowed in ${guard[1]} only`;
  const ours = /^@meridian\/([\w-]+)(?:\/([\w-]+))?(\/.*)?$/.exec(specifier);
  if (!ours) return null;
  const [, name = '', room, deeper] = ours;
  const isExported = deeper === undefined && (room === undefined || name === 'core');
  if (!isExported) return 'a package is entered through its exports';
  return whyNotRoom(path, name === 'core' ? (room ?? '') : name);
}

/** Scripts and tests may import any room; tests in packages no app. */
function whyNotRoom(path: string, to: string | null): string | null {
  const from = roomOf(path);
  if (to === null) return from === null ? null : 'code does not import scripts or tests';
  const [fromLevel, toLevel] = [LEVELS[from ?? ''], LEVELS[to]];
  if (toLevel === undefined) return `room ${to} is not in the table of scripts/import-law.ts`;
  if (toLevel === LEVELS.server && from !== null && from !== to) return 'nothing imports apps';
  if (from === null || isTest(path)) return null;
  if (fromLevel === undefined) return `room ${from} is not in the table of scripts/import-law.ts`;
  if (toLevel < fromLevel || `${from} -> ${to}` in SAME_LEVEL_EDGES) return null;
  const how = toLevel === fromLevel ? 'the edge is not listed' : 'that is upward';
  return `${from} (level ${fromLevel}) may not import ${to} (level ${toLevel}): ${how}`;
}

function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path);
}

function impurities({ path, text }: SourceFile): string[] {
  const level = LEVELS[roomOf(path) ?? ''] ?? Number.POSITIVE_INFINITY;
  if (level > 2 || isTest(path) || path in MAY_BE_IMPURE) return [];
  return text.split('\n').flatMap((line, index) => {
    const found = /^\s*(\/\/|\/?\*)/.test(line) ? null : IMPURE.exec(line);
    return found ? [`${path}:${index + 1}: uses ${found[0]}; take it as an argument`] : [];
  });
}

function shapeBreaches({ path, text }: SourceFile): string[] {
  const lines = text.split('\n').length - 1;
  const isLong = lines > LINES_MAX && !isTest(path) && !(path in MAY_BE_LONG);
  const names = path.split('/').map((name) => name.replace(/\..*$/, ''));
  return [
    ...(isLong ? [`${path}: has ${lines} lines; ${LINES_MAX} is the limit`] : []),
    ...names
      .filter((name) => NAMES_WITHOUT_OWNER.test(name))
      .map((name) => `${path}: the name '${name}' says nothing; name what the code does`),
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const paths = globSync(SOURCES, { exclude: ['**/node_modules/**', '**/dist/**'] });
  const read = (path: string): SourceFile => {
    return { path: path.replaceAll('\\', '/'), text: readFileSync(path, 'utf8') };
  };
  const found = breaches(paths.map(read));
  for (const line of found) console.error(line);
  console.error(`import law: ${paths.length} files, ${found.length} breaches`);
  process.exitCode = found.length > 0 || paths.length === 0 ? 1 : 0;
}
