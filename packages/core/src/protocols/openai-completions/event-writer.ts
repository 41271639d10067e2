import type { AnswerEvent } from '../neutral/events.ts';
import type { Usage } from '../neutral/usage.ts';
import { DONE_EVENT } from '../openai-chat/chunk.ts';
import { writeChatUsage } from '../openai-chat/write-usage.ts';
import type { EventWriter, WriterOptions } from '../wire.ts';
import { type WrittenChoice, writeFinish, writeLogprobs } from './write-choice.ts';

type Of<K extends AnswerEvent['kind']> = Extract<AnswerEvent, { kind: K }>;

interface OpenChoice {
  /** The blocks whose text is the answer; thoughts are not shown. */
  readonly said: Set<number>;
  chars: number;
  finish: string | undefined;
}

/** Writes the stream of a completion. */
export class CompletionEventWriter implements EventWriter {
  readonly #options: WriterOptions;
  readonly #choices: OpenChoice[] = [];
  #stamp: object;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#stamp = this.#stamped('', 0);
  }

  write(event: AnswerEvent): string {
    switch (event.kind) {
      case 'begin':
        this.#stamp = this.#stamped(event.id, event.createdAt);
        return '';
      case 'open':
        if (event.head.type === 'text' || event.head.type === 'refusal') {
          this.#choiceAt(event.choice).said.add(event.block);
        }
        return '';
      case 'delta':
        return this.#delta(event);
      case 'note':
        return this.#note(event);
      case 'stop':
        this.#choiceAt(event.choice).finish = writeFinish(event.reason);
        return '';
      case 'error':
        return errorEvent(event.error);
      case 'close':
      case 'usage':
      case 'end':
        return '';
    }
  }

  finish(usage: Usage | undefined): string {
    const ends = this.#choices.map(({ finish = 'stop' }, index) =>
      this.#chunk({ text: '', index, logprobs: null, finish_reason: finish }),
    );
    return ends.join('') + this.#usage(usage) + DONE_EVENT;
  }

  #delta({ choice: index, block, text }: Of<'delta'>): string {
    const choice = this.#choiceAt(index);
    if (!choice.said.has(block) || text === '') return '';
    choice.chars += text.length;
    return this.#chunk({ text, index, logprobs: null, finish_reason: null });
  }

  /** Probabilities come behind the text that they are about. */
  #note({ choice: index, note }: Of<'note'>): string {
    if (!('logprobs' in note)) return '';
    const length = note.logprobs.reduce((sum, { token }) => sum + token.length, 0);
    const offset = Math.max(0, this.#choiceAt(index).chars - length);
    const logprobs = writeLogprobs(note.logprobs, offset);
    return this.#chunk({ text: '', index, logprobs, finish_reason: null });
  }

  #usage(usage: Usage | undefined): string {
    if (usage === undefined || !this.#options.wantsUsage) return '';
    return event({ ...this.#stamp, choices: [], usage: writeChatUsage(usage) });
  }

  #chunk(choice: WrittenChoice): string {
    const nothing = this.#options.wantsUsage ? { usage: null } : {};
    return event({ ...this.#stamp, choices: [choice], ...nothing });
  }

  #choiceAt(index: number): OpenChoice {
    for (let at = this.#choices.length; at <= index; at++) {
      this.#choices.push({ said: new Set(), chars: 0, finish: undefined });
    }
    return this.#choices[index] as OpenChoice;
  }

  #stamped(id: string, created: number): object {
    const { requestId, createdAt, model } = this.#options;
    return {
      id: id || `cmpl-${requestId}`,
      object: 'text_completion',
      created: created || createdAt,
      model,
    };
  }
}

function event(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

/** What the upstream says of a stream that it broke off, in the shape of our own errors. */
function errorEvent({ message, code, status }: Of<'error'>['error']): string {
  return event({
    error: {
      message: message || 'The upstream broke the answer off.',
      type: 'upstream_error',
      code: code ?? 'upstream_error',
      param: null,
      status: status ?? 502,
    },
  });
}
