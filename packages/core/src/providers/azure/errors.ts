import { AUTH, createJudge, ELSEWHERE, type KnownReply, QUOTA } from '../verdicts.ts';

const KNOWN_REPLIES: readonly KnownReply[] = [
  // The resource has no such deployment, or not for this operation or version.
  {
    statuses: [400, 404],
    says: /DeploymentNotFound|OperationNotSupported|unavailable_model|unknown_model|model_not_found|resource not found|api version not supported|unsupported api version|deployment .{0,200}(not found|does not exist)/i,
    verdict: ELSEWHERE,
  },
  {
    statuses: [403, 429],
    says: /insufficient_quota|out of call volume quota|quota will be replenished|exceeded your current quota/i,
    verdict: QUOTA,
  },
  { statuses: [400, 403], says: /resource has been .{0,40}(blocked|disabled)/i, verdict: AUTH },
];

/** The verdict on a failed attempt at Azure; what its content filter refuses is the caller's. */
export const judge = createJudge({ known: KNOWN_REPLIES });
