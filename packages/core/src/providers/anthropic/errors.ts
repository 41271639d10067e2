import type { HeaderLookup } from '../transport.ts';
import { AUTH, createJudge, ELSEWHERE, type KnownReply, QUOTA, untilMs } from '../verdicts.ts';

const KNOWN_REPLIES: readonly KnownReply[] = [
  {
    statuses: [400, 403, 429],
    says: /credit balance is too low|specified API usage limits|spend_?limit|spend limit/i,
    verdict: QUOTA,
  },
  {
    statuses: [400, 403],
    says: /organization has been disabled|workspace .{0,80}(archived|disabled)/i,
    verdict: AUTH,
  },
  { statuses: [404], says: /not_found_error|model/i, verdict: ELSEWHERE },
];

const DIMENSIONS = ['requests', 'tokens', 'input-tokens', 'output-tokens'] as const;

/** Until every used-up limit is refilled, where the reply names no `Retry-After`. */
function resetMs(headers: HeaderLookup): number | undefined {
  const waits = DIMENSIONS.flatMap((dimension) => {
    const prefix = `anthropic-ratelimit-${dimension}`;
    if (headers(`${prefix}-remaining`) !== '0') return [];
    return untilMs(headers(`${prefix}-reset`) ?? '', headers) ?? [];
  });
  return waits.length === 0 ? undefined : Math.max(...waits);
}

/** The verdict on a failed attempt at an upstream that speaks Anthropic's API. */
export const judge = createJudge({ known: KNOWN_REPLIES, waitOf: resetMs });
