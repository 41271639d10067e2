import type { ServerParts } from '../compose/open-storage.ts';
import { type StartedServer, startServer } from '../compose/start-server.ts';
import type { Config } from '../config.ts';
import { createLogs, type ProcessLogs } from '../log.ts';
import { supervise } from '../workers/supervise.ts';
import { openWorkerLink } from '../workers/worker-link.ts';
import { startText } from './start-text.ts';

const FORCED_EXIT_CODE = 130;
/** One Ctrl-C may come twice: from the terminal, and handed on by npm. */
const ECHO_MS = 1_000;
const DEATH_EXIT_CODE = 1;

/** Serves until a signal comes; false when the server could not be stopped in order. */
export async function serve(config: Config, parts: ServerParts = {}): Promise<boolean> {
  const logs = createLogs(config.logLevel);
  process.on('exit', () => logs.flush());
  process.on('unhandledRejection', (error) => {
    logs.log.error({ err: error }, 'unhandled rejection');
  });
  const signal = firstSignal();
  const link = openWorkerLink();
  if (config.workers > 1 && !link) return supervise({ config, logs, signal });
  const started = await startServer(config, logs, {
    onDatabaseDeath: abandon,
    ...(link && { shareMetrics: link.shareMetrics }),
    ...parts,
  });
  const text = startText(started, config);
  if (link) link.ready(started.url, text);
  else process.stdout.write(`${text}meridian listening on ${started.url}\n`);
  const name = await signal;
  return stop(started, config, { logs, name });
}

/** Ends at once: nothing can be charged any more, and a supervisor starts the process anew. */
function abandon(error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`meridian: ${reason}; the process ends, start it again\n`);
  // biome-ignore lint/nursery/noProcessExit: running requests have nowhere to be written to.
  process.exit(DEATH_EXIT_CODE);
}

/**
 * Resolves at the first signal; a later one ends the process at once, because nobody wants to wait any
 * longer. The listeners stay: between two of them a signal would kill.
 */
function firstSignal(): Promise<string> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const onSignal = (name: string): void => {
      askedAt ??= performance.now();
      resolve(name);
      // biome-ignore lint/nursery/noProcessExit: ending at once is what was asked for.
      if (performance.now() - askedAt > ECHO_MS) process.exit(FORCED_EXIT_CODE);
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}

async function stop(
  { shutdown }: StartedServer,
  config: Config,
  { logs, name }: { readonly logs: ProcessLogs; readonly name: string },
): Promise<boolean> {
  logs.log.info({ signal: name, drainSeconds: config.drainSeconds }, 'stopping');
  try {
    await shutdown.gracefully(config.drainSeconds);
    return true;
  } catch (error) {
    logs.log.error({ err: error }, 'the server did not stop in order');
    return false;
  }
}
