import type { BlockHead, Choice, NeutralAnswer, TokenLogprob } from '../neutral/answer.ts';
import type { Part } from '../neutral/parts.ts';
import type { ShownAs } from '../wire.ts';
import type { Note } from './block.ts';
import { OutputComposer } from './composer.ts';
import { failureCodeOf } from './errors.ts';
import { itemIdOf, responseOf, shellOf, statusOf } from './response.ts';
import { writeResponsesUsage } from './usage.ts';

const NO_CHOICE: Choice = { index: 0, parts: [], stop: 'end' };

/** A whole answer as a response object. There is one answer in this wire: the first. */
export function writeResponsesAnswer(answer: NeutralAnswer, shown: ShownAs): Buffer {
  const [choice = NO_CHOICE] = answer.choices;
  const composer = new OutputComposer(
    () => undefined,
    (prefix, place) => itemIdOf(prefix, shown.requestId, place),
  );
  compose(choice, composer);
  const ended = statusOf(choice.stop, composer.hasRefusal);
  composer.finish(ended.status === 'completed' ? 'completed' : 'incomplete');
  const failure = answer.error && {
    status: 'failed' as const,
    error: { code: failureCodeOf(answer.error), message: answer.error.message },
  };
  const response = responseOf(shellOf(shown, answer), {
    ...ended,
    ...failure,
    output: composer.items,
    usage: answer.usage === undefined ? null : writeResponsesUsage(answer.usage),
  });
  return Buffer.from(JSON.stringify(response));
}

/** Gives the parts to the composer as a stream would; the last block is left to how the answer ended. */
function compose({ parts, logprobs = [] }: Choice, composer: OutputComposer): void {
  let unrated = logprobs;
  for (const [block, part] of parts.entries()) {
    const head = headOf(part);
    if (head === undefined) continue;
    composer.open(block, head);
    for (const step of stepsOf(part)) {
      if (typeof step === 'string') composer.delta(block, step);
      else composer.note(block, step);
    }
    if (part.type === 'text' && unrated.length > 0) {
      composer.note(block, { logprobs: unrated });
      unrated = NO_LOGPROBS;
    }
    if (block < parts.length - 1) composer.close(block);
  }
}

const NO_LOGPROBS: readonly TokenLogprob[] = [];

/** How a block for the part begins; undefined for what no model answers with. */
function headOf(part: Part): BlockHead | undefined {
  switch (part.type) {
    case 'text':
    case 'refusal':
    case 'reasoning':
      return { type: part.type };
    case 'toolCall':
      return {
        type: 'toolCall',
        id: part.id,
        name: part.name,
        ...(part.isCustom && { isCustom: true }),
      };
    case 'image':
      return part.source.kind === 'data'
        ? { type: 'image', mediaType: part.source.mediaType }
        : undefined;
    case 'audio':
      return { type: 'audio', mediaType: '' };
    case 'opaque':
      return { type: 'opaque', origin: part.origin, value: part.value };
    case 'file':
    case 'video':
    case 'toolResult':
      return undefined;
  }
}

/** What follows the head: text, and notes. */
function stepsOf(part: Part): readonly (string | Note)[] {
  const seal = 'seal' in part && part.seal ? [{ seal: part.seal }] : [];
  switch (part.type) {
    case 'text': {
      const citations = (part.citations ?? []).map((citation) => ({ citation }));
      return [part.text, ...citations, ...seal];
    }
    case 'refusal':
      return [part.text];
    case 'reasoning':
      return [part.text, ...seal];
    case 'toolCall':
      return [part.arguments, ...seal];
    case 'image':
      // The vendor's id of an image comes with its seal, and the item begins with the id.
      return part.source.kind === 'data' ? [...seal, part.source.data] : [];
    case 'audio':
      return part.transcript === undefined ? [] : [{ transcript: part.transcript }];
    default:
      return [];
  }
}
