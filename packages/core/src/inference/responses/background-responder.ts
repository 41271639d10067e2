import { errorOfBytes, responseOfHead, responseOfTail } from '../../protocols/index.ts';
import type { Responder, ResponseHeaders } from '../ports.ts';
import type { KeptResponse, ResponseStore, RunningResponse, WireObject } from './store.ts';
import { StreamLog } from './stream-log.ts';

/** A run that no client has to wait for. */
export interface BackgroundRun {
  readonly accountId: number;
  /** The response as it is told at once: queued, with the id by which it is fetched. */
  readonly queued: WireObject;
  readonly previousId: string | undefined;
  readonly input: readonly WireObject[];
  /** Whether the client wants to see the stream as long as it stays. */
  readonly isStream: boolean;
}

/** What a run is told to, and its client. */
export interface BackgroundDeps {
  readonly run: BackgroundRun;
  readonly client: Responder;
  readonly store: Pick<ResponseStore, 'save' | 'advance'>;
  readonly onFault: (error: unknown) => void;
  /** The run has a response that can be fetched, or stopped. */
  readonly onStart: (running: RunningResponse, responder: BackgroundResponder) => void;
  readonly onEnd: (running: RunningResponse) => void;
}

const JSON_HEADERS: ResponseHeaders = ['content-type', 'application/json'];

/**
 * Stands between the pipeline and a client that does not wait: the answer is kept as it comes, the
 * client's leaving ends nothing, and only `stop` looks to the pipeline like a hang-up.
 */
export class BackgroundResponder implements Responder {
  readonly #deps: BackgroundDeps;
  #response: WireObject;
  /** Writes to the store in their order; the first makes the response findable. */
  #saving: Promise<void> | undefined;
  #gone: () => void = () => undefined;
  #drain: () => void = () => undefined;
  #hasEnded = false;
  #isAnswered = false;
  isGone = false;
  isBegun = false;
  /** What was streamed so far; undefined where no stream was asked for. */
  readonly log: StreamLog | undefined;

  constructor(deps: BackgroundDeps) {
    this.#deps = deps;
    this.log = deps.run.isStream ? new StreamLog() : undefined;
    this.#response = deps.run.queued;
  }

  /** The request will be tried: a client that does not want the stream has its answer now. */
  async admitted(): Promise<void> {
    const { run } = this.#deps;
    if (run.isStream || this.#saving !== undefined) return;
    await this.#start(run.queued);
    this.#answer(run.queued);
  }

  /** Ends the run: its response was cancelled or deleted. */
  stop(): void {
    if (this.isGone || this.#hasEnded) return;
    this.isGone = true;
    this.log?.end();
    this.#gone();
  }

  onGone(callback: () => void): void {
    this.#gone = callback;
  }

  onDrain(callback: () => void): void {
    this.#drain = callback;
  }

  send(status: number, headers: ResponseHeaders, body: Buffer): void {
    if (this.#saving !== undefined) this.#finish(body);
    else this.#deps.client.send(status, headers, body);
  }

  begin(status: number, headers: ResponseHeaders): void {
    const { run, client } = this.#deps;
    this.isBegun = true;
    if (!run.isStream) {
      this.#runs();
      return;
    }
    client.begin(status, headers);
    client.onDrain(() => this.#drain());
    // Nobody reads any more, so that there is nobody to wait for.
    client.onGone(() => this.#drain());
  }

  write(bytes: Buffer): boolean {
    const { run, client } = this.#deps;
    if (this.#saving === undefined) void this.#start(this.#opened(bytes));
    this.log?.add(bytes);
    if (!run.isStream || client.isGone) return true;
    return client.write(bytes) || client.isGone;
  }

  end(bytes: Buffer): void {
    const { run, client } = this.#deps;
    this.#finish(bytes);
    this.log?.add(bytes);
    void this.#saving?.then(() => this.log?.end());
    if (run.isStream && !client.isGone) void this.#saving?.then(() => client.end(bytes));
  }

  breakOff(bytes: Buffer): void {
    this.end(bytes);
  }

  /** The client that does not watch gets one answer: the response as it is then. */
  #answer(response: WireObject): void {
    const { run, client } = this.#deps;
    if (run.isStream || this.#isAnswered || client.isGone) return;
    this.#isAnswered = true;
    client.send(200, JSON_HEADERS, Buffer.from(JSON.stringify(response)));
  }

  /** It is no longer queued. */
  #runs(): void {
    const { run, store, onFault } = this.#deps;
    const response = { ...this.#response, status: 'in_progress' };
    if (this.#saving === undefined) {
      void this.#start(response).then(() => this.#answer(response));
      return;
    }
    this.#response = response;
    this.#saving = this.#saving
      .then(() => store.advance(run.accountId, this.#kept(response)))
      .then(() => undefined, onFault);
  }

  /** In a stream the response has the id that its first event tells. */
  #opened(bytes: Buffer): WireObject {
    const { queued, isStream } = this.#deps.run;
    const head = isStream ? responseOfHead(bytes) : undefined;
    const id = typeof head?.id === 'string' && head.id !== '' ? head.id : queued.id;
    return { ...queued, id, status: 'in_progress' };
  }

  #start(response: WireObject): Promise<void> {
    const { run, store, onFault, onStart } = this.#deps;
    this.#response = response;
    onStart(this.#running(), this);
    this.#saving = store.save(run.accountId, this.#kept(response)).catch(onFault);
    return this.#saving;
  }

  #finish(bytes: Buffer): void {
    const { run, store, onFault, onEnd } = this.#deps;
    this.#hasEnded = true;
    const ended = this.#ended(bytes);
    const started = this.#saving ?? this.#start({ ...this.#response, status: 'in_progress' });
    this.#saving = started
      .then(async () => {
        // What was cancelled meanwhile stays so.
        if (ended) await store.advance(run.accountId, this.#kept(ended));
        this.#answer(ended ?? this.#response);
      })
      .catch(onFault)
      .finally(() => onEnd(this.#running()));
  }

  /** The response as it ended; undefined where it was stopped before it did. */
  #ended(bytes: Buffer): WireObject | undefined {
    const own = { id: this.#response.id, background: true };
    const previous = { previous_response_id: this.#deps.run.previousId ?? null };
    const response = responseOfTail(bytes);
    if (response) return { ...response, ...own, ...previous };
    if (this.isGone) return undefined;
    const error = errorOfBytes(bytes) ?? {
      code: 'server_error',
      message: 'The response ended without a result.',
    };
    return { ...this.#response, status: 'failed', error };
  }

  #running(): RunningResponse {
    return { accountId: this.#deps.run.accountId, id: String(this.#response.id) };
  }

  #kept(response: WireObject): KeptResponse {
    const { previousId, input } = this.#deps.run;
    return {
      id: String(response.id),
      status: response.status as KeptResponse['status'],
      previousId,
      isBackground: true,
      // The id is ours where the client did not watch: no upstream knows the response by it.
      upstreamKeyId: undefined,
      response,
      input,
    };
  }
}
