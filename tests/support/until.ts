import { setTimeout as pause } from 'node:timers/promises';

/** Nothing that a test waits for may take longer, also on a busy machine. */
const WAIT_MS_MAX = 20_000;
const POLL_MS = 10;

/** Asks again and again until there is an answer; throws naming what was waited for. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const deadline = performance.now() + WAIT_MS_MAX;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`Waited ${WAIT_MS_MAX} ms for ${what}.`);
    await pause(POLL_MS);
  }
}
