import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const benchFolder = dirname(fileURLToPath(import.meta.url));
/** The repository, one above the folder of the bench. */
export const repositoryFolder = dirname(benchFolder);
/** C sources, their programs, and what a run leaves behind. The last two are not in git. */
export const nativeFolder = join(benchFolder, 'native');
export const buildFolder = join(benchFolder, '.build');
export const runFolder = join(benchFolder, '.run');
