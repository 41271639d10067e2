import { Failure, type Secret } from '../kernel/index.ts';
import { inputTokens, outputTokens, type StreamTap, type Usage } from '../protocols/index.ts';
import { scrubBody } from '../providers/index.ts';
import type { StreamEnd } from './stream-exchange.ts';
import { errorEvent, type Surface } from './surface.ts';

/** A stream whose charge is durable. */
export interface EndedStream {
  readonly tap: StreamTap;
  readonly end: StreamEnd;
  readonly usage: Usage;
  /** The upstream's key, which it may quote in an error in any form. */
  readonly secret: Secret;
  readonly requestId: string;
}

/**
 * The last bytes of a stream. One that did not end by itself ends with an error event: never with a
 * made-up stop, never in silence.
 */
export function endOfStream(stream: EndedStream, surface: Surface): Buffer {
  const { tap, end, usage, secret, requestId } = stream;
  if (end === 'aborted') return Buffer.alloc(0);
  if (end === 'length') return tap.endForLength(inputTokens(usage), outputTokens(usage));
  const tail = tap.takeTail();
  if (end === 'complete') return tail;
  if (tap.error !== undefined) return scrubBody(tail, secret);
  return Buffer.concat([tail, errorEvent(surface, failureOf(end), requestId)]);
}

function failureOf(end: 'cut' | 'stopped'): Failure {
  if (end === 'stopped') {
    return new Failure('service_unavailable', {
      message: 'The server is stopping; the answer ends here and is charged as delivered.',
    });
  }
  return new Failure('upstream_error', {
    message: 'The upstream ended the answer early; it is charged as delivered.',
  });
}
