// What a stream of neutral events says in the end, with a check of their order.
import assert from 'node:assert/strict';
import type { BlockHead, Choice, NeutralAnswer, TokenLogprob, UpstreamError } from '../answer.ts';
import type { AnswerEvent } from '../events.ts';
import type { Citation, Part, Seal } from '../parts.ts';

type Of<K extends AnswerEvent['kind']> = Extract<AnswerEvent, { kind: K }>;

interface Draft {
  readonly head: BlockHead;
  text: string;
  readonly citations: Citation[];
  seal?: Seal;
  transcript?: string;
  isClosed: boolean;
}

interface DraftChoice {
  readonly blocks: Draft[];
  readonly logprobs: TokenLogprob[];
  stop?: Of<'stop'>;
}

/** What was gathered, and how the stream ended. */
export interface GatheredAnswer {
  readonly answer: NeutralAnswer;
  readonly error: UpstreamError | undefined;
  readonly isStopped: boolean;
  readonly isEnded: boolean;
}

/** Puts an answer together. Fails where the events break their own grammar. */
export function gatherAnswer(events: readonly AnswerEvent[]): GatheredAnswer {
  const gatherer = new Gatherer();
  for (const event of events) gatherer.take(event);
  return gatherer.result();
}

class Gatherer {
  readonly #choices: DraftChoice[] = [];
  #begin: Of<'begin'> | undefined;
  #usage: Of<'usage'> | undefined;
  #error: UpstreamError | undefined;
  #isEnded = false;

  take(event: AnswerEvent): void {
    assert.ok(!this.#isEnded || event.kind === 'usage', `${event.kind} follows the end`);
    switch (event.kind) {
      case 'begin':
        assert.ok(!this.#begin, 'a stream begins once');
        this.#begin = event;
        return;
      case 'open': {
        const { blocks } = this.#choice(event.choice);
        assert.equal(event.block, blocks.length, 'blocks count from 0');
        blocks.push({ head: event.head, text: '', citations: [], isClosed: false });
        return;
      }
      case 'delta':
        assert.notEqual(event.text, '', 'a delta says something');
        this.#block(event).text += event.text;
        return;
      case 'note':
        this.#note(event);
        return;
      case 'close':
        this.#block(event).isClosed = true;
        return;
      case 'stop':
        this.#stop(event);
        return;
      case 'usage':
        this.#usage = event;
        return;
      case 'error':
        this.#error = event.error;
        return;
      case 'end':
        this.#isEnded = true;
    }
  }

  result(): GatheredAnswer {
    const { kind: _, ...begin } = this.#begin ?? { kind: 'begin', id: '', model: '', createdAt: 0 };
    const answer: NeutralAnswer = {
      ...begin,
      choices: this.#choices.map(choiceOf),
      usage: this.#usage?.usage,
      isSuspicious: this.#usage?.isSuspicious ?? false,
    };
    const isStopped = this.#choices.length > 0 && this.#choices.every(({ stop }) => stop);
    return { answer, error: this.#error, isStopped, isEnded: this.#isEnded };
  }

  #choice(index: number): DraftChoice {
    while (this.#choices.length <= index) this.#choices.push({ blocks: [], logprobs: [] });
    const choice = this.#choices[index];
    assert.ok(choice);
    return choice;
  }

  #block({ choice, block }: { choice: number; block: number }): Draft {
    assert.ok(!this.#choice(choice).stop, 'nothing follows the stop of a choice');
    const draft = this.#choice(choice).blocks[block];
    assert.ok(draft && !draft.isClosed, `block ${block} is open`);
    return draft;
  }

  #note(event: Of<'note'>): void {
    const { note } = event;
    const draft = this.#block(event);
    if ('citation' in note) draft.citations.push(note.citation);
    else if ('seal' in note) draft.seal = note.seal;
    else if ('logprobs' in note) this.#choice(event.choice).logprobs.push(...note.logprobs);
    else draft.transcript = (draft.transcript ?? '') + note.transcript;
  }

  #stop(event: Of<'stop'>): void {
    const choice = this.#choice(event.choice);
    assert.ok(!choice.stop, 'a choice stops once');
    assert.ok(
      choice.blocks.every((block) => block.isClosed),
      'all blocks are closed',
    );
    choice.stop = event;
  }
}

function choiceOf({ blocks, logprobs, stop }: DraftChoice, index: number): Choice {
  return {
    index,
    parts: blocks.map(partOf),
    stop: stop?.reason ?? 'error',
    ...(stop?.stopSequence !== undefined && { stopSequence: stop.stopSequence }),
    ...(logprobs.length > 0 && { logprobs }),
  };
}

function partOf({ head, text, citations, seal, transcript }: Draft): Part {
  const sealed = seal === undefined ? {} : { seal };
  switch (head.type) {
    case 'text':
      return { type: 'text', text, ...(citations.length > 0 && { citations }), ...sealed };
    case 'reasoning':
      return { type: 'reasoning', text, ...sealed };
    case 'refusal':
      return { type: 'refusal', text };
    case 'toolCall':
      return { ...head, arguments: text, ...sealed };
    case 'image': {
      const source = { kind: 'data', data: text, mediaType: head.mediaType } as const;
      return { type: 'image', source, ...sealed };
    }
    case 'audio': {
      const source = { kind: 'data', data: text, mediaType: head.mediaType } as const;
      const id = head.id === undefined ? {} : { id: head.id };
      return { type: 'audio', source, ...(transcript !== undefined && { transcript }), ...id };
    }
    case 'opaque':
      return head;
  }
}
