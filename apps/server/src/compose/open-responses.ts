import {
  type Arrival,
  countInput,
  createBackgroundRuns,
  createResponsesFront,
  createResponsesService,
  type Pipeline,
  type ResponsesFront,
  type ResponsesService,
  run,
} from '@meridian/core/inference';
import { systemClock } from '@meridian/core/kernel';
import type { Events } from '@meridian/core/telemetry';
import type { Storage } from './open-storage.ts';

/** What the Responses API remembers between requests. */
export interface Responses {
  readonly front: ResponsesFront;
  /** Takes a request to count the tokens of an input; never throws. */
  readonly count: ResponsesFront;
  readonly service: ResponsesService;
}

/** Puts the memory of the Responses API in front of its pipeline. */
export function openResponses(
  { responses: store }: Pick<Storage, 'responses'>,
  line: Pipeline,
  events: Events,
): Responses {
  const onFault = (error: unknown): void => events.unexpected(error, 'responses');
  const runs = createBackgroundRuns({ store, clock: systemClock, onFault });
  const { reporter } = line.attempts;
  const front = createResponsesFront({
    store,
    runs,
    run: (arrival, responder) => run(arrival, responder, line),
    refuse(failure, arrival: Arrival, responder) {
      reporter.failed(arrival, failure);
      const { requestId } = arrival;
      const { status, headers, body } = reporter.failureResponse(failure, requestId, undefined);
      responder.send(status, headers, body);
    },
    onFault,
  });
  const stop = (running: Parameters<typeof runs.stop>[0]): void => runs.stop(running);
  const count: ResponsesFront = (arrival, responder) =>
    countInput(arrival, responder, { store, line });
  return { front, count, service: createResponsesService({ store, stop, watch: runs.watch }) };
}
