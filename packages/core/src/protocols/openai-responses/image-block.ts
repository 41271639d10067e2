import type { Seal } from '../neutral/parts.ts';
import type { Block, Note } from './block.ts';
import type { Ending, OutputItem, ResponseOutput } from './output.ts';
import { addRidingSeal } from './riders.ts';

interface DrawnImage {
  readonly id: string;
  readonly type: 'image_generation_call';
  status: string;
  readonly output_format: string;
  result: string | null;
}

/** A drawn image, which shows when it is whole. */
export class ImageBlock implements Block {
  readonly #output: ResponseOutput;
  readonly #format: string;
  #data = '';
  #item: OutputItem<DrawnImage> | undefined;
  #seal: Seal | undefined;

  constructor(output: ResponseOutput, mediaType: string) {
    this.#output = output;
    this.#format = mediaType.replace(/^image\//, '');
  }

  delta(text: string): void {
    this.#begun();
    this.#data += text;
  }

  note(note: Note): void {
    if ('seal' in note) this.#seal = note.seal;
  }

  close(ending: Ending): void {
    const { place, id, value } = this.#begun();
    if (ending === 'completed') {
      this.#output.emit('response.image_generation_call.completed', {
        item_id: id,
        output_index: place,
      });
    }
    value.status = ending === 'completed' ? 'completed' : 'failed';
    value.result = this.#data;
    this.#output.end({ place, id, value });
    if (this.#seal && this.#seal.origin !== 'responses') {
      addRidingSeal(this.#output, this.#seal, { kind: 'image' });
    }
  }

  #begun(): OutputItem<DrawnImage> {
    if (this.#item) return this.#item;
    const own = this.#seal?.origin === 'responses' ? this.#seal.id : undefined;
    const make = (id: string): DrawnImage => ({
      id,
      type: 'image_generation_call',
      status: 'in_progress',
      output_format: this.#format,
      result: null,
    });
    const item = this.#output.start('ig', make, own);
    this.#item = item;
    const at = { item_id: item.id, output_index: item.place };
    this.#output.emit('response.image_generation_call.in_progress', at);
    this.#output.emit('response.image_generation_call.generating', at);
    return item;
  }
}
