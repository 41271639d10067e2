import { until } from './until.ts';

/** Looks in a row that have to see the same. */
const QUIET_LOOKS = 50;

/** Waits until a counter rests: whoever raises it is held back. */
export async function atRest(read: () => number): Promise<number> {
  let [before, quiet] = [-1, 0];
  return until('the writer to be held back', () => {
    const now = read();
    quiet = now > 0 && now === before ? quiet + 1 : 0;
    before = now;
    return quiet >= QUIET_LOOKS ? now : undefined;
  });
}
