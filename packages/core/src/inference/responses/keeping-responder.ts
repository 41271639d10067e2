import type { ResponseStatus } from '../../protocols/index.ts';
import { responseOfBody, responseOfTail } from '../../protocols/index.ts';
import type { Responder, ResponseHeaders } from '../ports.ts';
import type { KeptResponse, ResponseStore, WireObject } from './store.ts';

/** What is kept of an exchange besides the response that comes of it. */
export interface Keeping {
  readonly accountId: number;
  readonly store: Pick<ResponseStore, 'save'>;
  readonly previousId: string | undefined;
  /** Each with its id. */
  readonly input: readonly WireObject[];
  /** The provider key at whose upstream the response is stored too, once it is known. */
  readonly upstreamKeyId: () => number | undefined;
  /** Told when a response could not be kept; the client gets it all the same. */
  readonly onFault: (error: unknown) => void;
}

/**
 * A client whose response is kept before its last bytes leave, so that it can go on from it at once.
 * A response that cannot be kept is paid for, and goes out.
 */
export class KeepingResponder implements Responder {
  readonly #client: Responder;
  readonly #keeping: Keeping;

  constructor(client: Responder, keeping: Keeping) {
    this.#client = client;
    this.#keeping = keeping;
  }

  get isGone(): boolean {
    return this.#client.isGone;
  }

  get isBegun(): boolean {
    return this.#client.isBegun;
  }

  onGone(callback: () => void): void {
    this.#client.onGone(callback);
  }

  onDrain(callback: () => void): void {
    this.#client.onDrain(callback);
  }

  begin(status: number, headers: ResponseHeaders): void {
    this.#client.begin(status, headers);
  }

  write(bytes: Buffer): boolean {
    return this.#client.write(bytes);
  }

  send(status: number, headers: ResponseHeaders, body: Buffer): void {
    const response = status === 200 ? responseOfBody(body) : undefined;
    this.#keep(response, () => this.#client.send(status, headers, body));
  }

  end(bytes: Buffer): void {
    this.#keep(responseOfTail(bytes), () => this.#client.end(bytes));
  }

  /** What breaks off is no response that could be gone on from. */
  breakOff(bytes: Buffer): void {
    this.#client.breakOff(bytes);
  }

  #keep(response: WireObject | undefined, last: () => void): void {
    const kept = response && keptOf(response, this.#keeping);
    if (!kept) {
      last();
      return;
    }
    const { store, accountId, onFault } = this.#keeping;
    void store.save(accountId, kept).catch(onFault).then(last);
  }
}

/** What is kept of a response; undefined where it has no id to find it by. */
function keptOf(
  response: WireObject,
  { previousId, input, upstreamKeyId }: Omit<Keeping, 'accountId' | 'store' | 'onFault'>,
): KeptResponse | undefined {
  const { id, status } = response;
  if (typeof id !== 'string' || id === '') return undefined;
  return {
    id,
    status: statusOf(status),
    previousId,
    isBackground: false,
    upstreamKeyId: upstreamKeyId(),
    response: { ...response, previous_response_id: previousId ?? null },
    input,
  };
}

const STATUSES: ReadonlySet<unknown> = new Set<ResponseStatus>([
  'queued',
  'in_progress',
  'completed',
  'incomplete',
  'failed',
  'cancelled',
]);

function statusOf(status: unknown): ResponseStatus {
  return STATUSES.has(status) ? (status as ResponseStatus) : 'completed';
}
