/** What an event tells: its type, and fields that depend on it. */
interface StreamEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** An event of a stream: named by its type, as clients of this wire need it. */
export function sseEvent(event: StreamEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
