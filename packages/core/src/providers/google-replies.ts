import type { Verdict } from './types.ts';
import { AUTH, ELSEWHERE, type KnownReply, QUOTA } from './verdicts.ts';

/** Daily quotas refill at midnight in California; a model is asked again now and then before that. */
const DAILY_QUOTA_PAUSE_MS = 3_600_000;

const MODEL_USED_UP: Verdict = {
  retry: true,
  cause: 'quota',
  sleep: { kind: 'for', ms: DAILY_QUOTA_PAUSE_MS },
};

/** What Google's APIs say in the `google.rpc` shape; both of its model APIs use it. */
export const GOOGLE_REPLIES: readonly KnownReply[] = [
  { statuses: [429], says: /PerDay|limit: 0\b/, verdict: MODEL_USED_UP },
  {
    statuses: [400, 403, 429],
    says: /BILLING_DISABLED|billing account|enable billing|prepay|credits (are|have been) (depleted|exhausted)/i,
    verdict: QUOTA,
  },
  {
    statuses: [400],
    says: /API_KEY_INVALID|API key (not valid|expired|not found)/i,
    verdict: AUTH,
  },
  // The key is good where it is used from another place.
  { statuses: [400], says: /location is not supported/i, verdict: ELSEWHERE },
  {
    statuses: [400],
    says: /not allowed to use|is not supported (in|for) .{0,80}(location|region)/i,
    verdict: ELSEWHERE,
  },
  { statuses: [404], says: /NOT_FOUND|not found|not_found_error/i, verdict: ELSEWHERE },
];
