import { fileURLToPath } from 'node:url';
import { firstLine } from '../processes.ts';
import type { Target } from './target.ts';

const START_WAIT_MS = 5_000;
const program = fileURLToPath(new URL('./bare-proxy.ts', import.meta.url));

/** The limit of the language: what the ratios are measured against. */
export const bareNode: Target = {
  name: 'bare-node',
  about: 'node:http in, undici Pool.dispatch out, the bytes untouched; no other work',
  isNode: true,
  missing: () => undefined,
  start: async ({ processes, proxyCore, upstreamPort, nodeFlags }) => {
    await using starting = new AsyncDisposableStack();
    const launched = starting.use(
      processes.launch({
        core: proxyCore,
        command: process.execPath,
        args: [...nodeFlags, program],
        env: { UPSTREAM_PORT: String(upstreamPort), NODE_ENV: 'production' },
      }),
    );
    const [, port] = await firstLine(launched, /listening on http:\/\/[^:]+:(\d+)/, START_WAIT_MS);
    const opened = starting.move();
    return {
      port: Number(port),
      processId: launched.processId,
      keys: ['sk-bench'],
      [Symbol.asyncDispose]: () => opened.disposeAsync(),
    };
  },
};
