import { AUTH, CALLER, createJudge, ELSEWHERE, type KnownReply, QUOTA } from '../verdicts.ts';

const KNOWN_REPLIES: readonly KnownReply[] = [
  {
    statuses: [400, 401, 403, 412, 429],
    says: /insufficient_quota|credit_balance_exhausted|exceeded_current_quota_error|billing_(hard_limit_reached|not_active)|credit balance is too low|insufficient balance|arrearage|FreeTierOnly|used all available credits|(doesn't|does not) have any credits|run out of credits|key limit exceeded|account .*suspended|no resource package/i,
    verdict: QUOTA,
  },
  {
    statuses: [400],
    says: /API_KEY_INVALID|(incorrect|invalid) api key|api key (not valid|expired)/i,
    verdict: AUTH,
  },
  { statuses: [403], says: /flagged|moderation|usage guidelines/i, verdict: CALLER },
  {
    statuses: [400, 404],
    says: /model_not_found|model_not_available|ModelNotFound|not_found_error|model not exist|not a valid model|no endpoints found|DeploymentNotFound|model\S* .{0,200}(not found|does not exist|not supported)/i,
    verdict: ELSEWHERE,
  },
  { statuses: [413], says: /rate_limit_exceeded|tokens per minute/i, verdict: ELSEWHERE },
];

/** The verdict on a failed attempt at an OpenAI-compatible upstream. */
export const judge = createJudge({ known: KNOWN_REPLIES });
