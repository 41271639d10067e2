import type { HeaderLookup } from '../transport.ts';
import type { Reply, Verdict } from '../types.ts';
import { AUTH, createJudge, ELSEWHERE, type KnownReply, OVERLOAD, QUOTA } from '../verdicts.ts';

/** What Bedrock says in the text of its errors; the type alone does not tell whose fault it is. */
const KNOWN_REPLIES: readonly KnownReply[] = [
  // The model is not in this region, not enabled for this account, or wants another id.
  {
    statuses: [400, 403, 404],
    says: /model identifier is invalid|on-demand throughput|(don't|do not) have access to the model|not available for this account|model access is denied|use case details|end of its life|legacy|marketplace|could not resolve the foundation model|not supported in (this|your) region/i,
    verdict: ELSEWHERE,
  },
  { statuses: [400, 403], says: /operation not allowed|account .{0,40}suspended/i, verdict: AUTH },
  { statuses: [400, 403], says: /INVALID_PAYMENT_INSTRUMENT|payment/i, verdict: QUOTA },
  { statuses: [400, 429], says: /tokens per day|service quota/i, verdict: QUOTA },
  // The signature is ours, the clock or the credentials are the key's.
  {
    statuses: [400],
    says: /security token|signature|ExpiredToken|UnrecognizedClient|IncompleteSignature|MissingAuthenticationToken/i,
    verdict: AUTH,
  },
];

/** Exceptions whose meaning their status hides, by the header `x-amzn-errortype`. */
const VERDICTS: ReadonlyMap<string, Verdict> = new Map([
  ['ModelNotReadyException', OVERLOAD],
  ['ModelErrorException', OVERLOAD],
  ['ModelTimeoutException', OVERLOAD],
  ['ServiceQuotaExceededException', QUOTA],
  ['ExpiredTokenException', AUTH],
  ['UnrecognizedClientException', AUTH],
  ['InvalidSignatureException', AUTH],
  ['IncompleteSignatureException', AUTH],
  ['ResourceNotFoundException', ELSEWHERE],
]);

const judgeText = createJudge({ known: KNOWN_REPLIES });

/** The verdict on a failed attempt at Bedrock. */
export function judge(reply: Reply): Verdict {
  const verdict = 'fault' in reply ? undefined : VERDICTS.get(typeOf(reply.headers));
  return verdict ?? judgeText(reply);
}

/** `ThrottlingException` out of `ThrottlingException:http://internal.amazon.com/…`. */
function typeOf(headers: HeaderLookup): string {
  return (headers('x-amzn-errortype') ?? '').replace(/^.*#|:.*$/g, '');
}
