import { Failure, isFailure } from '../../kernel/index.ts';
import { type ErrorDetail, errorEventText } from '../../protocols/index.ts';
import { scrubBody } from '../../providers/index.ts';
import type { Line, Outlets, RealtimeDeps } from './ports.ts';

/** Things of the upstream's own doing that may be refused one after the other. */
const REFUSED_IN_A_ROW_MAX = 5;
/** Events of ours that are remembered. */
const OWN_EVENTS_MAX = 64;

/** How a session speaks to both sides. The secret of the upstream's key goes to neither. */
export class Voice {
  readonly #line: Line;
  readonly #deps: RealtimeDeps;
  readonly #outlets: Outlets;
  #refusedInARow = 0;
  readonly #own = new Set<string>();

  constructor(line: Line, deps: RealtimeDeps, outlets: Outlets) {
    this.#line = line;
    this.#deps = deps;
    this.#outlets = outlets;
  }

  /** Passes an event on to the client. */
  show(event: Buffer): void {
    const { secret } = this.#line.candidate.key;
    const plain = secret.reveal();
    const isTold = plain !== '' && event.includes(plain);
    this.#outlets.toClient(isTold ? scrubBody(event, secret) : event);
  }

  /** Passes an error on, in which an upstream may quote its key in any form. */
  showError(event: Buffer): void {
    this.#outlets.toClient(scrubBody(event, this.#line.candidate.key.secret));
  }

  toUpstream(event: Buffer): void {
    this.#outlets.toUpstream(event);
  }

  /** Asks the upstream to stop a response. */
  cancel(responseId: string): void {
    const eventId = this.#eventId();
    if (this.#own.size >= OWN_EVENTS_MAX) this.#own.clear();
    this.#own.add(eventId);
    const event = { type: 'response.cancel', event_id: eventId, response_id: responseId };
    this.#outlets.toUpstream(JSON.stringify(event));
  }

  /** Whether an error is about an event of ours; nobody else has to know of it. */
  isOwn(eventId: string | undefined): boolean {
    return eventId !== undefined && this.#own.has(eventId);
  }

  /** Tells the client of an error. */
  tell(detail: ErrorDetail, causedBy?: string): void {
    const text = errorEventText(detail, { eventId: this.#eventId(), causedBy });
    this.#outlets.toClient(text);
  }

  /** Tells the client what is refused, and by which of its events that was caused. */
  refuse(error: unknown, causedBy: string | undefined): undefined {
    const failure = isFailure(error) ? error : this.#unexpected(error);
    this.tell(failure.toBody().error, causedBy);
    this.#deps.reporter.failed(this.#line.knock.arrival, failure);
    return undefined;
  }

  /**
   * The same for what the upstream did of its own accord and has to be paid without being charged: a
   * session that does nothing else ends.
   */
  refuseDone(error: unknown): undefined {
    this.refuse(error, undefined);
    this.#refusedInARow++;
    if (this.#refusedInARow >= REFUSED_IN_A_ROW_MAX) this.#outlets.end('refused');
    return undefined;
  }

  /** Something that the upstream did could be charged. */
  paid(): void {
    this.#refusedInARow = 0;
  }

  /** Nothing more can be charged: the session cannot go on. */
  fault(error: unknown): void {
    this.#unexpected(error);
    this.#outlets.end('fault');
  }

  #unexpected(error: unknown): Failure {
    this.#deps.reporter.unexpected(error);
    return new Failure('server_error', {
      message: 'The server could not do this. Quote the session id when you report it.',
      cause: error,
    });
  }

  #eventId(): string {
    return `event_${this.#deps.newId().replaceAll('-', '')}`;
  }
}
