import type { StopReason, UpstreamError } from '../neutral/answer.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import type { Usage } from '../neutral/usage.ts';
import type { EventWriter, WriterOptions } from '../wire.ts';
import { OutputComposer } from './composer.ts';
import { failureCodeOf } from './errors.ts';
import {
  itemIdOf,
  type ResponseShell,
  type ResponseState,
  responseOf,
  shellOf,
  statusOf,
} from './response.ts';
import { writeResponsesUsage } from './usage.ts';

const NOT_BEGUN = { id: '', createdAt: 0 };

/** Writes a streamed answer as events of the Responses API. */
export class ResponsesWriter implements EventWriter {
  readonly #options: WriterOptions;
  readonly #composer: OutputComposer;
  #shell: ResponseShell | undefined;
  #sequence = 0;
  #text = '';
  #stop: StopReason = 'end';

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#composer = new OutputComposer(
      (type, fields) => this.#emit(type, fields),
      (prefix, place) => itemIdOf(prefix, options.requestId, place),
    );
  }

  write(event: AnswerEvent): string {
    // There is one answer in this wire; a request for more is refused.
    if ('choice' in event && event.choice > 0) return '';
    switch (event.kind) {
      case 'begin':
        this.#begin(event);
        break;
      case 'open':
        this.#begin(NOT_BEGUN);
        this.#composer.open(event.block, event.head);
        break;
      case 'delta':
        this.#composer.delta(event.block, event.text);
        break;
      case 'note':
        this.#composer.note(event.block, event.note);
        break;
      case 'close':
        this.#composer.close(event.block);
        break;
      case 'stop':
        this.#stop = event.reason;
        break;
      case 'error':
        this.#fail(event.error);
        break;
      case 'usage':
      case 'end':
        break;
    }
    return this.#take();
  }

  finish(usage: Usage | undefined): string {
    const shell = this.#begin(NOT_BEGUN);
    const ended = statusOf(this.#stop, this.#composer.hasRefusal);
    this.#composer.finish(ended.status === 'completed' ? 'completed' : 'incomplete');
    const told = usage === undefined ? null : writeResponsesUsage(usage);
    this.#tell(`response.${ended.status}`, shell, { ...ended, usage: told });
    return this.#take();
  }

  /** The events that open a stream, once. */
  #begin(
    answer: Pick<Extract<AnswerEvent, { kind: 'begin' }>, 'id' | 'createdAt' | 'serviceTier'>,
  ): ResponseShell {
    if (this.#shell) return this.#shell;
    const shell = shellOf(this.#options, answer);
    this.#shell = shell;
    const state = { status: 'in_progress', usage: null } as const;
    this.#tell('response.created', shell, state);
    this.#tell('response.in_progress', shell, state);
    return shell;
  }

  /** Clients look for one of two events: the error itself, or the response that failed with it. */
  #fail(failure: UpstreamError): void {
    const { message, code = 'server_error', param = null } = failure;
    const shell = this.#begin(NOT_BEGUN);
    const told = { code, message, param };
    this.#emit('error', { ...told, error: { type: code, ...told } });
    this.#composer.finish('incomplete');
    const error = { code: failureCodeOf(failure), message };
    this.#tell('response.failed', shell, { status: 'failed', usage: null, error });
  }

  #tell(type: string, shell: ResponseShell, state: Omit<ResponseState, 'output'>): void {
    const response = responseOf(shell, { ...state, output: this.#composer.items });
    this.#emit(type, { response });
  }

  #emit(type: string, fields: object): void {
    const data = { type, sequence_number: this.#sequence++, ...fields };
    this.#text += `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
  }

  #take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }
}
