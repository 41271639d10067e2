import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { KeeperOrder, KeeperReply } from './keeper.ts';

/** The keeper of the throw-away servers, from the runner's side. Disposing it stops them. */
export interface Keeper extends AsyncDisposable {
  readonly postgresUrl: string | null;
  readonly redisUrl: string | null;
  /** Names the process group that dies with the runner; 0 when there is none any more. */
  guard(testsGroup: number): void;
}

/** Starts the servers of the order under a keeper; throws when one does not start. */
export async function startKeeper(order: KeeperOrder): Promise<Keeper> {
  const path = fileURLToPath(new URL('keeper.ts', import.meta.url));
  const child = spawn(process.execPath, [path], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // A group of its own: Ctrl-C in the terminal must reach the runner, not the keeper.
    detached: true,
  });
  const exited = once(child, 'exit');
  child.stdin.write(`${JSON.stringify(order)}\n`);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = await lines.next();

  async function stop(): Promise<void> {
    child.stdin.end();
    await exited;
  }

  const reply: KeeperReply = line.done
    ? { error: 'The keeper of the test servers died.' }
    : (JSON.parse(line.value) as KeeperReply);
  if ('error' in reply) {
    await stop();
    throw new Error(reply.error);
  }
  return {
    ...reply,
    guard: (testsGroup) => void child.stdin.write(`${testsGroup}\n`),
    [Symbol.asyncDispose]: stop,
  };
}
