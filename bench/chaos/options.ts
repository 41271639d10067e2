import { parseArgs } from 'node:util';

/** How long and how hard a chaos run goes on. */
export interface ChaosOptions {
  /** Seconds of traffic. */
  readonly seconds: number;
  /** Requests per second of all clients together, at most. */
  readonly rate: number;
  /** Clients that may wait for an answer at the same time. */
  readonly clients: number;
  /** What decides forms, latencies and the flakiness of keys. */
  readonly seed: number;
  /** Where the report goes; undefined for standard output alone. */
  readonly report: string | undefined;
}

/** The run whose report is kept: every fault several times, one key's sleep lived through to its end. */
const LONG_RUN = { seconds: 600, rate: 30, clients: 24, seed: 20_261_122 } as const;
/** The run that is among the tests: every fault once. */
export const SHORT_RUN = { seconds: 28, rate: 36, clients: 20, seed: 7 } as const;

/** Shorter runs have no room for every fault; longer ones outgrow the upstreams' logs. */
const SECONDS_MIN = 28;
const SECONDS_MAX = 1_800;
const RATE_MAX = 200;
const CLIENTS_MAX = 200;
const SEED_MAX = 2 ** 31;

/** The text of `--help`. */
export const helpText = `npm run chaos -- [options]

Two nodes on a PostgreSQL and a Redis of their own, four provider keys that fail on a schedule, nodes
that are killed and servers that are restarted; then every bill is compared with the upstreams' logs.

  --seconds N   length of the traffic (default ${LONG_RUN.seconds}, ${SECONDS_MIN} to ${SECONDS_MAX})
  --rate N      requests per second at most (default ${LONG_RUN.rate})
  --clients N   clients that wait at the same time (default ${LONG_RUN.clients})
  --seed N      another order of things (default ${LONG_RUN.seed})
  --write       write docs/reliability.md from this run
  --help
`;

const REPORT = 'docs/reliability.md';

/** Reads the command line; 'help' where that is asked for. Throws naming a flag that is wrong. */
export function readOptions(words: readonly string[]): ChaosOptions | 'help' {
  const { values } = parseArgs({
    args: [...words],
    options: {
      seconds: { type: 'string' },
      rate: { type: 'string' },
      clients: { type: 'string' },
      seed: { type: 'string' },
      write: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return 'help';
  return {
    seconds: whole('seconds', values.seconds ?? LONG_RUN.seconds, [SECONDS_MIN, SECONDS_MAX]),
    rate: whole('rate', values.rate ?? LONG_RUN.rate, [1, RATE_MAX]),
    clients: whole('clients', values.clients ?? LONG_RUN.clients, [1, CLIENTS_MAX]),
    seed: whole('seed', values.seed ?? LONG_RUN.seed, [0, SEED_MAX]),
    report: values.write ? REPORT : undefined,
  };
}

function whole(
  flag: string,
  text: string | number,
  [least, most]: readonly [number, number],
): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`--${flag} needs a whole number from ${least} to ${most}`);
}
