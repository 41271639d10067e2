import type { AnswerEvent } from '../neutral/events.ts';
import type { Usage } from '../neutral/usage.ts';
import type { EventWriter, WriterOptions } from '../wire.ts';
import { ChoiceWriter, type ChunkFrame } from './choice-writer.ts';
import { DONE_EVENT } from './chunk.ts';
import { usesFunctions } from './deprecated.ts';
import { writeChatUsage } from './write-usage.ts';

type Begin = Extract<AnswerEvent, { kind: 'begin' }>;

/** Writes a chat stream. */
export class ChatEventWriter implements EventWriter {
  readonly #options: WriterOptions;
  readonly #choices: (ChoiceWriter | undefined)[] = [];
  #head = '';
  #frame: ChunkFrame | undefined;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  write(event: AnswerEvent): string {
    switch (event.kind) {
      case 'delta':
        return this.#choices[event.choice]?.delta(event) ?? '';
      case 'open':
        return this.#begun(event.choice) + this.#choiceAt(event.choice).open(event);
      case 'note':
        return this.#choices[event.choice]?.note(event) ?? '';
      case 'close':
        return this.#choices[event.choice]?.close(event) ?? '';
      case 'begin':
        this.#frame = this.#framed(event);
        return '';
      case 'stop': {
        const begun = this.#begun(event.choice);
        this.#choiceAt(event.choice).stop(event);
        return begun;
      }
      case 'error':
        return errorEvent(event.error);
      case 'usage':
      case 'end':
        return '';
    }
  }

  finish(usage: Usage | undefined): string {
    const begun = this.#choices.length === 0 ? this.#begun(0) : '';
    const ends = this.#choices.map((choice) => choice?.finish() ?? '').join('');
    return begun + ends + this.#usage(usage) + DONE_EVENT;
  }

  #usage(usage: Usage | undefined): string {
    if (usage === undefined || !this.#options.wantsUsage) return '';
    return `${this.#head}],"usage":${JSON.stringify(writeChatUsage(usage))}}\n\n`;
  }

  /** The first chunk of a choice; empty where it has come. */
  #begun(index: number): string {
    return this.#choices[index] ? '' : this.#choiceAt(index).begin();
  }

  #choiceAt(index: number): ChoiceWriter {
    const found = this.#choices[index];
    if (found) return found;
    this.#frame ??= this.#framed(undefined);
    const choice = new ChoiceWriter(index, this.#frame);
    this.#choices[index] = choice;
    return choice;
  }

  #framed(begin: Begin | undefined): ChunkFrame {
    const { requestId, createdAt, model, wantsUsage, call } = this.#options;
    const { serviceTier, systemFingerprint } = begin ?? {};
    const head = JSON.stringify({
      id: begin?.id || `chatcmpl-${requestId}`,
      object: 'chat.completion.chunk',
      created: begin?.createdAt || createdAt,
      model,
      ...(serviceTier !== undefined && { service_tier: serviceTier }),
      ...(systemFingerprint !== undefined && { system_fingerprint: systemFingerprint }),
    });
    this.#head = `data: ${head.slice(0, -1)},"choices":[`;
    const close = wantsUsage ? '}],"usage":null}\n\n' : '}]}\n\n';
    return {
      before: `${this.#head}{"index":`,
      after: `,"logprobs":null,"finish_reason":null${close}`,
      close,
      isDeprecated: usesFunctions(call),
    };
  }
}

/** What the upstream says of a stream that it broke off, in the shape of our own errors. */
function errorEvent({ message, code, status }: Extract<AnswerEvent, { kind: 'error' }>['error']) {
  const error = {
    message: message || 'The upstream broke the answer off.',
    type: 'upstream_error',
    code: code ?? 'upstream_error',
    param: null,
    status: status ?? 502,
  };
  return `data: ${JSON.stringify({ error })}\n\n`;
}
