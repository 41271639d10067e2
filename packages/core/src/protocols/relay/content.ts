import type { AnswerEvent } from '../neutral/events.ts';

/**
 * Whether an event shows something of the answer: from then on there is no other attempt. An empty
 * block of text or thoughts is a promise, not content; a tool call's name or an image is.
 */
export function isContent(event: AnswerEvent): boolean {
  switch (event.kind) {
    case 'delta':
      return event.text !== '';
    case 'note':
      return true;
    case 'open': {
      const { type } = event.head;
      return type !== 'text' && type !== 'reasoning' && type !== 'refusal';
    }
    default:
      return false;
  }
}
