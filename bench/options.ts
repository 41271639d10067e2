import { parseArgs } from 'node:util';
import { PRODUCT } from './report/figures.ts';
import { scenarios } from './scenarios.ts';
import { allTargets, usualTargets } from './targets/all.ts';

/** What a run of the bench was asked to do. */
export interface BenchOptions {
  readonly targets: readonly string[];
  readonly scenarios: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  /** How often a disturbed measurement is repeated at most. */
  readonly repeats: number;
  readonly proxyCore: number;
  readonly loadCore: number;
  readonly soakMinutes: number;
  readonly profile: boolean;
  readonly write: boolean;
}

const PROFILED = ['A-closed', 'B-closed', 'C-closed'];

/** The text of `--help`. */
export const helpText = `npm run bench -- [options]

Runs the fake upstream, the load generator and the targets side by side and prints a table.

  --only a,b           targets: ${allTargets.map(({ name }) => name).join(', ')}
                       (default: ${usualTargets.map(({ name }) => name).join(',')})
  --scenarios a,b      ${scenarios.map(({ name }) => name).join(', ')}
                       or their letters (default: all)
  --rounds N           rounds, in each of which every target has its turn (default 11; D: at most 2)
  --seconds S          length of one measurement (default 1.5)
  --warmup S           load on each target before the first round (default 4, more if it is slow)
  --repeats N          repeat a measurement that other programs disturbed (default 3)
  --soak               also run each proxy for ten minutes and print its memory each minute
  --soak-minutes N     the same for N minutes
  --profile            CPU profiles of ${PROFILED.join(', ')} in bench/.run/profile, hottest functions on
                       standard output; of meridian unless --only names others
  --write              write docs/benchmarks.md from this run
  --proxy-core N       core of the proxies (default 0)
  --load-core N        core of upstream, load generator and PostgreSQL (default 1)
  --help
`;

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${flag} needs a number above 0`);
  return value;
}

function whole(flag: string, text: string, least: 0 | 1): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && text !== '') return value;
  throw new Error(`--${flag} needs a whole number${least === 1 ? ' above 0' : ''}`);
}

/** The known names that the list means. */
function chosen(
  flag: string,
  list: string,
  known: readonly string[],
  means: (candidate: string, wanted: string) => boolean,
): readonly string[] {
  const wanted = list.split(',').map((name) => name.trim());
  const unknown = wanted.filter((name) => !known.some((candidate) => means(candidate, name)));
  if (unknown.length > 0) {
    throw new Error(`--${flag}: no ${unknown.join(', ')}; there are ${known.join(', ')}`);
  }
  return known.filter((candidate) => wanted.some((name) => means(candidate, name)));
}

function chooseTargets(only: string | undefined, profile: boolean): readonly string[] {
  if (only === undefined) return profile ? [PRODUCT] : usualTargets.map(({ name }) => name);
  const known = allTargets.map(({ name }) => name);
  return chosen('only', only, known, (candidate, wanted) => candidate === wanted);
}

function chooseScenarios(list: string | undefined, profile: boolean): readonly string[] {
  const known = scenarios.map(({ name }) => name);
  if (list === undefined) return profile ? PROFILED : known;
  return chosen('scenarios', list, known, (candidate, wanted) => {
    return candidate === wanted || candidate.startsWith(`${wanted}-`);
  });
}

/** Reads the command line; 'help' when that was asked for. Throws with the reason when it is wrong. */
export function parseOptions(args: readonly string[]): BenchOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      scenarios: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string', default: '1.5' },
      warmup: { type: 'string', default: '4' },
      repeats: { type: 'string', default: '3' },
      soak: { type: 'boolean', default: false },
      'soak-minutes': { type: 'string' },
      profile: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      'proxy-core': { type: 'string', default: '0' },
      'load-core': { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { profile } = values;
  const soak = values['soak-minutes'] ?? (values.soak ? '10' : undefined);
  const proxyCore = whole('proxy-core', values['proxy-core'], 0);
  const loadCore = whole('load-core', values['load-core'], 0);
  if (proxyCore === loadCore) throw new Error('the two cores must differ');
  return {
    targets: chooseTargets(values.only, profile),
    scenarios: chooseScenarios(values.scenarios, profile),
    rounds: whole('rounds', values.rounds ?? (profile ? '1' : '11'), 1),
    seconds: positive('seconds', values.seconds),
    warmupSeconds: positive('warmup', values.warmup),
    repeats: whole('repeats', values.repeats, 0),
    soakMinutes: soak === undefined ? 0 : whole('soak-minutes', soak, 1),
    profile,
    write: values.write,
    proxyCore,
    loadCore,
  };
}
