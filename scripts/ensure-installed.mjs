// Installs the dependencies when what is installed differs from the lock file.
// Plain JavaScript and no imports from node_modules: it runs before anything is installed,
// on whatever Node the machine has.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** TypeScript without a build step and everything else here needs this. */
const NODE_MAJOR_MIN = 24;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const pinnedNode = join(root, 'node_modules', '.bin', 'node');

/** The packages of a lock file by path; npm keeps one of what it installed in node_modules. */
function packagesOf(...path) {
  try {
    return JSON.parse(readFileSync(join(root, ...path), 'utf8')).packages ?? {};
  } catch {
    return {};
  }
}

function isInstalled() {
  const installed = packagesOf('node_modules', '.package-lock.json');
  return Object.entries(packagesOf('package-lock.json')).every(([path, wanted]) => {
    const found = installed[path];
    if (path === '') return true;
    // Builds for other platforms stay away.
    if (found === undefined) return wanted.optional === true;
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

function install() {
  process.stderr.write('Installing dependencies (once) …\n');
  // The npm that runs this script; another package manager cannot read the lock file.
  const npm = process.env.npm_execpath?.match(/.*npm-cli\.c?js$/)?.[0];
  const [command, args] = npm ? [process.execPath, [npm]] : ['npm', []];
  // The pinned Node and the test tools are development dependencies, also where NODE_ENV says
  // production.
  const options = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync(command, [...args, ...options], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: !npm && process.platform === 'win32',
  });
  return status === 0;
}

/** True when npm scripts reach a new enough Node: the pinned one, or else the machine's own. */
function hasNode() {
  return existsSync(pinnedNode) || Number.parseInt(process.versions.node, 10) >= NODE_MAJOR_MIN;
}

if (!isInstalled() || !hasNode()) {
  if (!install()) {
    process.stderr.write('npm ci failed; see above.\n');
    process.exitCode = 1;
  } else if (!hasNode()) {
    process.stderr.write(
      `Node ${NODE_MAJOR_MIN} could not be installed: its package needs its install script ` +
        `(see ignore-scripts in npm's configuration). Or use a Node ${NODE_MAJOR_MIN} of your own.\n`,
    );
    process.exitCode = 1;
  }
}
