// A store of responses in memory, for the tests of this folder.
import type {
  FoundItem,
  FoundResponse,
  KeptResponse,
  ResponseStore,
  RunningResponse,
} from '../store.ts';

/** What tests may do to it besides. */
export interface MemoryStore extends ResponseStore {
  readonly kept: ReadonlyMap<string, KeptResponse>;
  /** What `save` rejects with from now on. */
  failWith(error: Error): void;
  /** The node of a response has fallen silent. */
  lose(accountId: number, id: string): void;
}

const keyOf = (accountId: number, id: string): string => `${accountId}:${id}`;
const isRunning = ({ status }: KeptResponse): boolean =>
  status === 'queued' || status === 'in_progress';

export function createMemoryStore(): MemoryStore {
  const kept = new Map<string, KeptResponse>();
  const lost = new Set<string>();
  let failure: Error | undefined;

  function find(accountId: number, id: string): FoundResponse | undefined {
    const response = kept.get(keyOf(accountId, id));
    return response && { ...response, isLost: lost.has(keyOf(accountId, id)) };
  }

  return {
    kept,
    failWith: (error) => {
      failure = error;
    },
    lose: (accountId, id) => void lost.add(keyOf(accountId, id)),
    async save(accountId, response) {
      if (failure) throw failure;
      kept.set(keyOf(accountId, response.id), response);
    },
    read: async (accountId, id) => find(accountId, id),
    async readChain(accountId, id, limits) {
      const responses: FoundResponse[] = [];
      for (let next: string | undefined = id; next !== undefined; ) {
        const found = find(accountId, next);
        if (!found) return { responses, gap: { kind: 'missing', id: next } };
        if (responses.length >= limits.responses) return { responses, gap: { kind: 'tooLong' } };
        responses.unshift(found);
        next = found.previousId;
      }
      return { responses };
    },
    async findItems(accountId, ids) {
      const found = new Map<string, FoundItem>();
      for (const [key, { response, upstreamKeyId }] of kept) {
        if (!key.startsWith(`${accountId}:`)) continue;
        for (const item of (response.output ?? []) as FoundItem['item'][]) {
          const id = String(item.id);
          if (ids.includes(id)) found.set(id, { item, upstreamKeyId });
        }
      }
      return found;
    },
    async advance(accountId, response) {
      const before = kept.get(keyOf(accountId, response.id));
      if (!before || !isRunning(before)) return false;
      kept.set(keyOf(accountId, response.id), response);
      return true;
    },
    async beat(running: readonly RunningResponse[]) {
      return running.filter(({ accountId, id }) => {
        const response = kept.get(keyOf(accountId, id));
        return !response || !isRunning(response);
      });
    },
    remove: async (accountId, id) => kept.delete(keyOf(accountId, id)),
    sweep: async () => undefined,
  };
}
