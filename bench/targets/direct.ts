import type { Target } from './target.ts';

/** No proxy at all: what the upstream and the load generator cost by themselves. */
export const direct: Target = {
  name: 'direct',
  about: 'no proxy: the load generator talks to the fake upstream',
  isNode: false,
  missing: () => undefined,
  start: async ({ upstreamPort }) => ({
    port: upstreamPort,
    keys: ['sk-bench'],
    [Symbol.asyncDispose]: async () => undefined,
  }),
};
