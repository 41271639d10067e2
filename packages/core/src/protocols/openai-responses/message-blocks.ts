import type { Seal } from '../neutral/parts.ts';
import type { Block, Note } from './block.ts';
import { writeCitation, writeLogprobs } from './content.ts';
import type { Ending, MessageContent, ResponseOutput } from './output.ts';
import { addRidingSeal } from './riders.ts';

interface OutputText {
  readonly type: 'output_text';
  readonly annotations: unknown[];
  readonly logprobs: object[];
  text: string;
}

/** Text; nothing of it shows before there is some. */
export class TextBlock implements Block {
  readonly #output: ResponseOutput;
  #content: MessageContent<OutputText> | undefined;
  #seal: Seal | undefined;

  constructor(output: ResponseOutput) {
    this.#output = output;
  }

  delta(text: string): void {
    const { at, part } = this.#begun();
    part.text += text;
    this.#output.emit('response.output_text.delta', { ...at, delta: text, logprobs: [] });
  }

  note(note: Note): void {
    if ('seal' in note) this.#seal = note.seal;
    else if ('citation' in note) this.#cite(note.citation);
    else if ('logprobs' in note) this.#rate(note.logprobs);
  }

  close(ending: Ending): void {
    if (this.#content) {
      const { at, part } = this.#content;
      const { text, logprobs } = part;
      this.#output.emit('response.output_text.done', { ...at, text, logprobs });
      this.#output.endContent(this.#content, ending);
    }
    if (this.#seal) addRidingSeal(this.#output, this.#seal, { kind: 'text' });
  }

  #begun(): MessageContent<OutputText> {
    this.#content ??= this.#output.startContent<OutputText>({
      type: 'output_text',
      annotations: [],
      logprobs: [],
      text: '',
    });
    return this.#content;
  }

  #cite(citation: Extract<Note, { citation: unknown }>['citation']): void {
    const { at, part } = this.#begun();
    const annotation = writeCitation(citation, part.text.length);
    const place = { ...at, annotation_index: part.annotations.length };
    this.#output.emit('response.output_text.annotation.added', { ...place, annotation });
    part.annotations.push(annotation);
  }

  /** They may come after the text that they are about, which has gone out by then. */
  #rate(list: Extract<Note, { logprobs: unknown }>['logprobs']): void {
    const { at, part } = this.#begun();
    const logprobs = writeLogprobs(list);
    this.#output.emit('response.output_text.delta', { ...at, delta: '', logprobs });
    part.logprobs.push(...logprobs);
  }
}

/** Speech has no place in this wire: what it says is shown as text. */
export class AudioBlock implements Block {
  readonly #text: TextBlock;

  constructor(output: ResponseOutput) {
    this.#text = new TextBlock(output);
  }

  delta(): void {
    // The sound itself: nothing here can carry it.
  }

  note(note: Note): void {
    if ('transcript' in note) this.#text.delta(note.transcript);
  }

  close(ending: Ending): void {
    this.#text.close(ending);
  }
}

interface Refusal {
  readonly type: 'refusal';
  refusal: string;
}

/** What the model says instead of answering. */
export class RefusalBlock implements Block {
  readonly #output: ResponseOutput;
  #content: MessageContent<Refusal> | undefined;

  constructor(output: ResponseOutput) {
    this.#output = output;
  }

  delta(text: string): void {
    this.#content ??= this.#output.startContent<Refusal>({ type: 'refusal', refusal: '' });
    const { at, part } = this.#content;
    part.refusal += text;
    this.#output.emit('response.refusal.delta', { ...at, delta: text });
  }

  note(): void {
    // There is nothing to note of a refusal.
  }

  close(ending: Ending): void {
    if (!this.#content) return;
    const { at, part } = this.#content;
    this.#output.emit('response.refusal.done', { ...at, refusal: part.refusal });
    this.#output.endContent(this.#content, ending);
  }
}
