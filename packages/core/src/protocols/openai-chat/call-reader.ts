import { type Fields, fieldsOf, numberOf, parseJson, textOf } from '../json/values.ts';
import type { Seal } from '../neutral/parts.ts';

/** What a reader of calls says of a choice's blocks. */
export interface CallSink {
  /** Opens a block for a call and gives its number. */
  openCall(head: { id: string; name: string; isCustom: boolean }): number;
  delta(block: number, text: string): void;
  seal(block: number, seal: Seal): void;
  close(block: number): void;
}

interface RunningCall {
  /** Where the wire's deltas find it; undefined where the vendor gives no index. */
  readonly index: number | undefined;
  id: string;
  name: string;
  isCustom: boolean;
  arguments: string;
  seal: Seal | undefined;
  /** Undefined until the name has come, since a block is opened with it. */
  block: number | undefined;
  isClosed: boolean;
}

/** Calls of one answer; more are a fault of the upstream. */
const CALLS_MAX = 1_024;
/** Arguments of a call that are looked at for whether they are whole, in characters. */
const ARGUMENTS_CHARS_MAX = 8 * 1024 * 1024;

/** Puts the pieces of a choice's tool calls into blocks. */
export class CallReader {
  readonly #sink: CallSink;
  readonly #calls: RunningCall[] = [];

  constructor(sink: CallSink) {
    this.#sink = sink;
  }

  get hasCalls(): boolean {
    return this.#calls.length > 0;
  }

  /** One entry of a delta's `tool_calls`, and the seal that it carries. */
  read(delta: Fields, seal: Seal | undefined): void {
    const call = this.#callOf(delta);
    if (call === undefined) return;
    const isCustom = delta.type === 'custom' || delta.custom !== undefined;
    const { name, arguments: given, input } = fieldsOf(isCustom ? delta.custom : delta.function);
    call.id ||= textOf(delta.id);
    call.isCustom ||= isCustom;
    if (call.block === undefined) call.name += textOf(name);
    if (seal) call.seal = seal;
    this.#add(call, argumentsOf(isCustom ? input : given));
  }

  /** Closes the calls whose arguments are whole: what follows belongs to something else. */
  closeWhole(): void {
    for (const call of this.#calls) {
      if (!call.isClosed && call.block !== undefined && isWhole(call)) this.#close(call);
    }
  }

  /** Closes all calls; one that never got a name is opened without. */
  closeAll(): void {
    for (const call of this.#calls) {
      if (call.isClosed) continue;
      this.#open(call);
      this.#close(call);
    }
  }

  #callOf(delta: Fields): RunningCall | undefined {
    const index = numberOf(delta.index);
    const id = textOf(delta.id);
    const found = index === undefined ? this.#byId(id) : this.#byIndex(index, id);
    if (found || this.#calls.length >= CALLS_MAX) return found;
    const call = {
      index,
      id,
      name: '',
      isCustom: false,
      arguments: '',
      seal: undefined,
      block: undefined,
      isClosed: false,
    };
    this.closeWhole();
    this.#calls.push(call);
    return call;
  }

  /** Some vendors count wrongly: another id under the same index is another call. */
  #byIndex(index: number, id: string): RunningCall | undefined {
    const found = this.#calls.findLast((call) => call.index === index);
    const isOther = found !== undefined && id !== '' && found.id !== '' && found.id !== id;
    return isOther ? undefined : found;
  }

  #byId(id: string): RunningCall | undefined {
    return id === '' ? this.#calls.at(-1) : this.#calls.find((call) => call.id === id);
  }

  #add(call: RunningCall, text: string): void {
    if (call.isClosed) return;
    if (call.arguments.length + text.length <= ARGUMENTS_CHARS_MAX) call.arguments += text;
    if (call.block === undefined) {
      if (call.name !== '') this.#open(call);
      return;
    }
    if (call.seal) this.#tellSeal(call, call.block);
    if (text !== '') this.#sink.delta(call.block, text);
  }

  #open(call: RunningCall): void {
    if (call.block !== undefined) return;
    const { name, isCustom } = call;
    const id = call.id || `call_${this.#calls.indexOf(call)}`;
    call.block = this.#sink.openCall({ id, name, isCustom });
    if (call.seal) this.#tellSeal(call, call.block);
    if (call.arguments !== '') this.#sink.delta(call.block, call.arguments);
  }

  #tellSeal(call: RunningCall, block: number): void {
    if (call.seal) this.#sink.seal(block, call.seal);
    call.seal = undefined;
  }

  #close(call: RunningCall): void {
    call.isClosed = true;
    if (call.block !== undefined) this.#sink.close(call.block);
  }
}

/** Some vendors give the object itself rather than its text. */
function argumentsOf(given: unknown): string {
  if (typeof given === 'string') return given;
  return given === undefined || given === null ? '' : JSON.stringify(given);
}

function isWhole({ isCustom, arguments: text }: RunningCall): boolean {
  return !isCustom && text.endsWith('}') && parseJson(text) !== undefined;
}
