import { rateLimitHeaders, type WindowSpec, type WindowStore } from '@meridian/core/admission';
import type { Caller } from '../edge/management/served-route.ts';
import type { LimitReader } from '../routes/v1/limit-reader.ts';

/** What the reader of limits is made of. */
export interface LimitReaderDeps {
  readonly windows: Pick<WindowStore, 'reserve'>;
  /** The windows of the caller's requests, those of single models left out. */
  readonly windowsOf: (caller: Caller) => readonly WindowSpec[];
}

/** Tells how the caller's rate limits stand without counting anything. */
export function createLimitReader({ windows, windowsOf }: LimitReaderDeps): LimitReader {
  return {
    async headers(caller) {
      const asked = windowsOf(caller).map((window) => ({ window, amount: 0 }));
      if (asked.length === 0) return {};
      const result = await windows.reserve(asked);
      if (!result.refused) return rateLimitHeaders(result.standings);
      return result.standing === undefined ? {} : rateLimitHeaders([result.standing]);
    },
  };
}
