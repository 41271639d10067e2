import { createJudge, ELSEWHERE, type KnownReply, QUOTA } from '../verdicts.ts';

const KNOWN_REPLIES: readonly KnownReply[] = [
  { statuses: [400, 403, 429], says: /insufficient .{0,40}balance|out of tokens/i, verdict: QUOTA },
  {
    statuses: [400, 404, 422],
    says: /model .{0,200}(not found|not supported|does not exist|not available)/i,
    verdict: ELSEWHERE,
  },
];

/** The verdict on a failed attempt at an upstream that speaks Jina's API. */
export const judge = createJudge({ known: KNOWN_REPLIES });
