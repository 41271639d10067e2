/**
 * The bytes of one event may not exceed this; an upstream that sends more broke the protocol. A picture
 * of 4096 × 4096 pixels comes as one event of about 30 MiB of base64.
 */
export const EVENT_BYTES_MAX = 48 * 1024 * 1024;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** The index after the blank line that ends the event starting at `from`; -1 while it is incomplete. */
export function eventEnd(text: string, from: number): number {
  let at = from;
  for (;;) {
    at = text.indexOf('\n', at) + 1;
    if (at === 0) return -1;
    const next = text.charCodeAt(at);
    if (next === LINE_FEED) return at + 1;
    if (next === CARRIAGE_RETURN && text.charCodeAt(at + 1) === LINE_FEED) return at + 2;
  }
}

/** The `data` of the event in [from, to): its lines joined; undefined for comments and bare fields. */
export function eventData(text: string, from: number, to: number): string | undefined {
  if (text.startsWith('data:', from)) {
    const end = text.indexOf('\n', from);
    if (to - end <= 3) return trimData(text.slice(from + 5, end));
  }
  const lines = text.slice(from, to).split(/\r?\n/);
  const data = lines
    .filter((line) => line.startsWith('data:'))
    .map((line) => trimData(line.slice(5)));
  return data.length === 0 ? undefined : data.join('\n');
}

function trimData(data: string): string {
  const start = data.startsWith(' ') ? 1 : 0;
  return data.slice(start, data.endsWith('\r') ? -1 : undefined);
}
