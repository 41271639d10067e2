import type { AnswerEvent } from '../neutral/events.ts';
import type { Ending } from './output.ts';

/** What can be noted of a block. */
export type Note = Extract<AnswerEvent, { kind: 'note' }>['note'];

/** A block of an answer on its way into the output. */
export interface Block {
  delta(text: string): void;
  note(note: Note): void;
  close(ending: Ending): void;
}
