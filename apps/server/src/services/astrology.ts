import type { AstrologyName } from '@meridian/contract';
import type { Principal } from '@meridian/core/accounts';
import type { Caller, ResponseHeaders, RunComputation } from '@meridian/core/inference';
import type { Clock } from '@meridian/core/kernel';
import type { Astrology } from '@meridian/core/platform';
import type { PaidAstrology } from '../routes/v1/compute-astrology.ts';

/** What paid astrology is made of. */
export interface PaidAstrologyDeps {
  readonly astrology: Astrology;
  readonly run: RunComputation;
  readonly clock: Pick<Clock, 'now'>;
  /** A principal as the pipeline knows it. */
  readonly callerOf: (principal: Principal) => Caller;
}

/** The catalog's name of what a computation is sold as. */
function modelOf(name: AstrologyName): string {
  return name === 'kundali' ? 'astrology-chart' : `astrology-${name}`;
}

const NO_BODY = Buffer.alloc(0);

/** Answers about the sky, each paid by the call. */
export function createPaidAstrology(deps: PaidAstrologyDeps): PaidAstrology {
  const { astrology, run, clock, callerOf } = deps;
  return {
    async answer(name, question, { caller, address, header, requestId, path }) {
      const nowMs = clock.now();
      const arrival = {
        ...{ requestId, address, endpoint: path, body: NO_BODY, receivedAt: nowMs },
        caller: callerOf(caller),
        headers: header,
      };
      const compute = () => astrology.compute(name, { ...question, nowMs });
      const { value, headers } = await run({ arrival, model: modelOf(name), compute });
      return { answer: value, headers: recordOf(headers) };
    },
  };
}

function recordOf(headers: ResponseHeaders): Readonly<Record<string, string>> {
  const pairs: Record<string, string> = {};
  for (let i = 0; i + 1 < headers.length; i += 2) pairs[headers[i] ?? ''] = headers[i + 1] ?? '';
  return pairs;
}
