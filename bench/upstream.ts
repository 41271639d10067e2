import { firstLine, type Processes } from './processes.ts';

const START_WAIT_MS = 5_000;

/** How the fake upstream answers. */
export interface Behaviour {
  readonly delayMs: number;
  readonly chunks: number;
  readonly intervalMs: number;
}

/** What the fake upstream has counted since it started. */
export interface UpstreamStats {
  readonly open: number;
  readonly whole: number;
  readonly streamsStarted: number;
  readonly streamsEnded: number;
  readonly streamsAborted: number;
  readonly refused: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** The running fake upstream. */
export interface Upstream extends AsyncDisposable {
  readonly port: number;
  readonly processId: number;
  behave(behaviour: Behaviour): Promise<void>;
  stats(): Promise<UpstreamStats>;
}

function isStats(value: unknown): value is UpstreamStats {
  return typeof value === 'object' && value !== null && 'completionTokens' in value;
}

/** Starts the fake upstream on a port that the system picks. */
export async function startUpstream(
  processes: Processes,
  program: string,
  core: number,
): Promise<Upstream> {
  const launched = processes.launch({ core, command: program, args: [] });
  const [, digits] = await firstLine(launched, /"port":(\d+)/, START_WAIT_MS);
  const port = Number(digits);
  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return response.json();
  };
  return {
    port,
    processId: launched.processId,
    behave: async ({ delayMs, chunks, intervalMs }) => {
      const query = `delay_us=${delayMs * 1000}&chunks=${chunks}&interval_us=${intervalMs * 1000}`;
      await get(`/__control?${query}`);
    },
    stats: async () => {
      const stats = await get('/__stats');
      if (!isStats(stats)) throw new Error('the fake upstream gave no statistics');
      return stats;
    },
    [Symbol.asyncDispose]: () => launched[Symbol.asyncDispose](),
  };
}
