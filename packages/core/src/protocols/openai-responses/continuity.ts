import { fieldsOf, parseJson, stringOf } from '../json/values.ts';
import type { Continuity } from '../relay/pass-tap.ts';
import { eventData } from '../sse/events.ts';

const ADDED = Buffer.from('"response.output_item.added"');
/** Items of one response that are remembered. */
const ITEMS_MAX = 4_096;

/** An item that a writer said it had added: its place, and the id that it made up. */
const WRITTEN =
  /"type":"response\.output_item\.added",.*?"output_index":(\d+),"item":\{"id":"([^"]+)"/g;
const NUMBER = /^(data: \{"type":"[^"]+","sequence_number":)(\d+)/gm;
const LAST_NUMBER = /"sequence_number":\s*(\d+)/;

/** The end of a response that passed as it came: under the upstream's item ids, its numbers gone on. */
export function openContinuity(): Continuity {
  const ids = new Map<number, string>();
  let next = 0;

  function see(frame: Buffer): void {
    const text = frame.toString('latin1');
    const number = LAST_NUMBER.exec(text)?.[1];
    if (number !== undefined) next = Number(number) + 1;
    if (!frame.includes(ADDED) || ids.size >= ITEMS_MAX) return;
    const data = parseJson(eventData(text, 0, text.length) ?? '');
    const { output_index: place, item } = fieldsOf(data);
    const id = stringOf(fieldsOf(item).id);
    if (typeof place === 'number' && id !== undefined) ids.set(place, id);
  }

  function goOn(end: string, said: string): string {
    let text = end;
    for (const [, place, made] of (said + end).matchAll(WRITTEN)) {
      const own = ids.get(Number(place));
      if (own !== undefined && made !== undefined) text = text.replaceAll(`"${made}"`, `"${own}"`);
    }
    return text.replaceAll(NUMBER, (_, before: string) => `${before}${next++}`);
  }

  return { see, goOn };
}
