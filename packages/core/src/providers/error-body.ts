/** An upstream's error body in the few words that decide about the key. */
export interface ErrorFacts {
  /** `code type message`, whichever of them there are; for an unknown shape the body's beginning. */
  readonly text: string;
  /** Wait named in the body (Google's RetryInfo), milliseconds. */
  readonly retryDelayMs: number | undefined;
}

/** Error bodies are small; what is longer is a page of some proxy, whose beginning says enough. */
const BODY_BYTES_MAX = 65_536;
const TEXT_CHARS_MAX = 4_096;

/** Reads the error shapes of OpenAI-compatible upstreams; never throws. */
export function readErrorBody(body: Buffer): ErrorFacts {
  const text = body.toString('utf8', 0, Math.min(body.length, BODY_BYTES_MAX));
  const root = parse(text);
  const first = Array.isArray(root) ? root[0] : root;
  if (!isRecord(first)) return { text: text.slice(0, TEXT_CHARS_MAX), retryDelayMs: undefined };
  const error = isRecord(first.error) ? first.error : first;
  const words = [first.code, error.code, error.status, error.type, error.message, first.error]
    .map(word)
    .concat(details(error))
    .filter((part) => part !== '');
  const known = [...new Set(words)].join(' ');
  return {
    text: (known === '' ? text : known).slice(0, TEXT_CHARS_MAX),
    retryDelayMs: retryDelay(error),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function word(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Reasons and exceeded quotas in `details` and `metadata`, where Google and OpenRouter put them. */
function details(error: Record<string, unknown>): string[] {
  const list = Array.isArray(error.details) ? error.details : [];
  const reasons = list.filter(isRecord).flatMap((detail) => {
    const violations = Array.isArray(detail.violations) ? detail.violations : [];
    return [detail.reason, ...violations.filter(isRecord).map(({ quotaId }) => quotaId)].map(word);
  });
  const metadata = isRecord(error.metadata) ? error.metadata : {};
  const flagged = metadata.flagged_input === undefined ? '' : 'flagged';
  return [...reasons, flagged, word(metadata.error_type)];
}

function retryDelay(error: Record<string, unknown>): number | undefined {
  const list = Array.isArray(error.details) ? error.details : [];
  for (const detail of list.filter(isRecord)) {
    const match = /^(\d{1,6}(?:\.\d+)?)s$/.exec(word(detail.retryDelay));
    if (match) return Math.ceil(Number(match[1]) * 1000);
  }
  return undefined;
}
