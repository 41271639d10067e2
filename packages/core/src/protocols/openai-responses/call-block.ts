import type { BlockHead } from '../neutral/answer.ts';
import type { Seal } from '../neutral/parts.ts';
import type { Block, Note } from './block.ts';
import type { Ending, OutputItem, ResponseOutput } from './output.ts';
import { addRidingSeal } from './riders.ts';

type CallHead = Extract<BlockHead, { type: 'toolCall' }>;

/** How the wire words calls of functions, and of tools that take free text. */
interface CallForm {
  readonly type: string;
  readonly prefix: string;
  /** Where the item has what the tool is called with; the last word of its events too. */
  readonly field: 'arguments' | 'input';
  readonly event: string;
  /** What stands for nothing: clients parse the arguments of functions. */
  readonly empty: string;
}

const FUNCTION: CallForm = {
  type: 'function_call',
  prefix: 'fc',
  field: 'arguments',
  event: 'response.function_call_arguments',
  empty: '{}',
};
const CUSTOM: CallForm = {
  type: 'custom_tool_call',
  prefix: 'ctc',
  field: 'input',
  event: 'response.custom_tool_call_input',
  empty: '',
};

interface CallItem {
  readonly id: string;
  readonly type: string;
  status: string;
  readonly call_id: string;
  readonly name: string;
  arguments?: string;
  input?: string;
}

/** A call of a tool that the client runs. */
export class CallBlock implements Block {
  readonly #output: ResponseOutput;
  readonly #form: CallForm;
  readonly #item: OutputItem<CallItem>;
  readonly #at: { readonly item_id: string; readonly output_index: number };
  #given = '';
  #seal: Seal | undefined;

  constructor(output: ResponseOutput, { id: callId, name, isCustom }: CallHead) {
    const form = isCustom ? CUSTOM : FUNCTION;
    this.#output = output;
    this.#form = form;
    this.#item = output.start(
      form.prefix,
      (id): CallItem => ({
        id,
        type: form.type,
        status: 'in_progress',
        [form.field]: '',
        call_id: callId,
        name,
      }),
    );
    this.#at = { item_id: this.#item.id, output_index: this.#item.place };
  }

  delta(text: string): void {
    this.#given += text;
    this.#output.emit(`${this.#form.event}.delta`, { ...this.#at, delta: text });
  }

  note(note: Note): void {
    if ('seal' in note) this.#seal = note.seal;
  }

  close(ending: Ending): void {
    const { value } = this.#item;
    const { field, event, empty } = this.#form;
    if (this.#given === '' && empty !== '' && ending === 'completed') this.delta(empty);
    value[field] = this.#given;
    const name = field === 'arguments' ? { name: value.name } : {};
    this.#output.emit(`${event}.done`, { ...this.#at, [field]: this.#given, ...name });
    value.status = ending;
    this.#output.end(this.#item);
    if (this.#seal) {
      addRidingSeal(this.#output, this.#seal, { kind: 'call', callId: value.call_id });
    }
  }
}
