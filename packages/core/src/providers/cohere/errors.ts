import { AUTH, CALLER, createJudge, ELSEWHERE, type KnownReply, QUOTA } from '../verdicts.ts';

const KNOWN_REPLIES: readonly KnownReply[] = [
  // Trial keys have a number of calls for the month besides their rate.
  { statuses: [429], says: /calls? ?\/ ?month|billing|payment/i, verdict: QUOTA },
  { statuses: [400], says: /invalid api (key|token)/i, verdict: AUTH },
  {
    statuses: [400, 404],
    says: /model .{0,200}(not found|does not exist|removed)/i,
    verdict: ELSEWHERE,
  },
  // Here 498 means that the content was blocked, and 499 that the request was given up.
  { statuses: [498, 499], says: /^/, verdict: CALLER },
];

/** The verdict on a failed attempt at Cohere's API. */
export const judge = createJudge({ known: KNOWN_REPLIES });
