import { createHash } from 'node:crypto';

/** A call of a tool that has no result yet. */
interface OpenCall {
  readonly id: string;
  readonly name: string;
}

/**
 * Gives the calls and results of a conversation their ids. Both may come without: then a result
 * belongs to the oldest open call of its name. The ids that are made up depend on what stands before
 * them only, so that a conversation that goes on keeps them.
 */
export class CallIds {
  readonly #open: OpenCall[] = [];
  #made = 0;

  /** The id of a call. */
  call(name: string, given: string | undefined): string {
    const id = given ?? this.#make();
    this.#open.push({ id, name });
    return id;
  }

  /** The id and name of the call that a result is for. */
  result(name: string, given: string | undefined): OpenCall {
    const byId = this.#open.findIndex((call) => call.id === given);
    const at = byId >= 0 ? byId : this.#open.findIndex((call) => call.name === name);
    const [call] = at < 0 ? [] : this.#open.splice(at, 1);
    return { id: call?.id ?? given ?? this.#make(), name: name || (call?.name ?? '') };
  }

  #make(): string {
    this.#made++;
    return `gemini_call_${this.#made - 1}`;
  }
}

const ID_CHARS = 24;

/** An id for a call of an answer that came without one: the same for the same place in the same answer. */
export function callIdOf(answer: string, choice: number, call: number): string {
  const digest = createHash('sha256').update(`${answer}\n${choice}\n${call}`).digest('hex');
  return `call_${digest.slice(0, ID_CHARS)}`;
}
