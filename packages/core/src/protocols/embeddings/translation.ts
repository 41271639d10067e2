import type { Call } from '../dialect.ts';
import type { EmbeddingAbility } from '../neutral/embedding.ts';
import type { Usage } from '../neutral/usage.ts';
import type { Relay } from '../relay/index.ts';
import type { EmbeddingClient, EmbeddingUpstream } from './wire.ts';

/** The way between a client and an upstream that ask for vectors in different words. */
export function createEmbeddingTranslation<C extends Call>(
  client: EmbeddingClient<C>,
  upstream: EmbeddingUpstream,
): Relay<C> {
  const name = `${client.name}-to-${upstream.name}`;
  return {
    name,
    writeRequest(call, target) {
      const { body, losses } = upstream.encode(client.read(call), target);
      const named = losses.map(({ ability, reason }) => ({
        field: client.fieldOf(ability),
        reason,
        ...(VITAL.has(ability) && { isVital: true as const }),
      }));
      return { body, losses: named };
    },
    readWhole(bytes, call, { shownModel }) {
      const answer = upstream.decode(bytes);
      if (answer === undefined) return undefined;
      const { usage, isSuspicious } = answer;
      const model = shownModel ?? (answer.model || call.model);
      const body = client.write(answer, call, model);
      if (usage) return { body, usage: { usage, isSuspicious } };
      const withUsage = (counted: Usage) =>
        client.write({ ...answer, usage: counted }, call, model);
      return { body, usage: undefined, withUsage };
    },
    openStream() {
      throw new Error(`${name} has no streams`);
    },
    readError: (body) => upstream.readError(body),
  };
}

/** What is to be embedded: without it there is no answer to the request. */
const VITAL: ReadonlySet<EmbeddingAbility> = new Set(['tokens', 'inputs']);
