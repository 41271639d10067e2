import { decodeResponses } from '../../protocols/index.ts';
import { countPrompt } from '../count-prompt.ts';
import type { Arrival, Responder } from '../ports.ts';
import type { Pipeline } from '../run.ts';
import { expandPrevious, refersBack } from './expand.ts';
import type { ResponseStore } from './store.ts';

/** What counting the input of a response needs. */
export interface CountInputDeps {
  readonly store: ResponseStore;
  readonly line: Pipeline;
}

/**
 * Answers how many tokens the input of a response has, with all that it refers to. Nothing is sent
 * anywhere and nothing is charged. Never throws.
 */
export function countInput(
  arrival: Arrival,
  responder: Responder,
  { store, line }: CountInputDeps,
): Promise<void> {
  return countPrompt(arrival, responder, {
    line,
    counting: {
      async decode(raw) {
        const call = decodeResponses(raw);
        if (!refersBack(call)) return call;
        return (await expandPrevious(arrival.caller.accountId, call, store)).call;
      },
      answer: (tokens) => ({ object: 'response.input_tokens', input_tokens: tokens }),
    },
  });
}
