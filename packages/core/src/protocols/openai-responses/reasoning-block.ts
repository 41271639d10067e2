import type { Seal } from '../neutral/parts.ts';
import type { Block, Note } from './block.ts';
import type { OutputItem, ResponseOutput } from './output.ts';
import { writeSeal } from './reasoning.ts';

interface Reasoning {
  readonly id: string;
  readonly type: 'reasoning';
  readonly summary: { readonly type: 'summary_text'; text: string }[];
  encrypted_content?: string;
}

/** Thoughts are shown as a summary: the one form that every client of this wire looks at. */
export class ReasoningBlock implements Block {
  readonly #output: ResponseOutput;
  #item: OutputItem<Reasoning> | undefined;
  #seal: Seal | undefined;

  constructor(output: ResponseOutput) {
    this.#output = output;
  }

  delta(text: string): void {
    const { place, id, value } = this.#begun();
    const at = { item_id: id, output_index: place, summary_index: 0 };
    let [part] = value.summary;
    if (!part) {
      part = { type: 'summary_text', text: '' };
      this.#output.emit('response.reasoning_summary_part.added', { ...at, part });
      value.summary.push(part);
    }
    part.text += text;
    this.#output.emit('response.reasoning_summary_text.delta', { ...at, delta: text });
  }

  note(note: Note): void {
    if (!('seal' in note)) return;
    this.#begun();
    this.#seal = note.seal;
  }

  close(): void {
    if (!this.#item) return;
    const { place, id, value } = this.#item;
    const at = { item_id: id, output_index: place, summary_index: 0 };
    const [part] = value.summary;
    if (part) {
      this.#output.emit('response.reasoning_summary_text.done', { ...at, text: part.text });
      this.#output.emit('response.reasoning_summary_part.done', { ...at, part });
    }
    if (this.#seal) value.encrypted_content = writeSeal(this.#seal);
    this.#output.end(this.#item);
  }

  #begun(): OutputItem<Reasoning> {
    this.#item ??= this.#output.start(
      'rs',
      (id): Reasoning => ({
        id,
        type: 'reasoning',
        summary: [],
      }),
    );
    return this.#item;
  }
}
