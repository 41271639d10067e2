import { GOOGLE_REPLIES } from '../google-replies.ts';
import { createJudge, ELSEWHERE, type KnownReply } from '../verdicts.ts';

const KNOWN_REPLIES: readonly KnownReply[] = [
  // Each model has to be enabled for a project, in each of its locations.
  {
    statuses: [400, 403],
    says: /publisher model|not servable|is not enabled .{0,80}model/i,
    verdict: ELSEWHERE,
  },
  ...GOOGLE_REPLIES,
];

/** The verdict on a failed attempt at Vertex AI; Claude's errors come in Anthropic's shape. */
export const judge = createJudge({ known: KNOWN_REPLIES });
