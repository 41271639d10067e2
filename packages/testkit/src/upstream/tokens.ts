/** The token counts that an answer told its reader. */
export interface ReportedTokens {
  /** The answer's own `id`, e.g. `chatcmpl-7`. */
  readonly answerId: string | null;
  readonly prompt: number;
  readonly completion: number;
}

interface WireAnswer {
  readonly id?: unknown;
  readonly usage?: {
    readonly prompt_tokens?: unknown;
    readonly completion_tokens?: unknown;
  } | null;
}

/** Reads the last usage out of a sent body, a JSON document or SSE; null when it told none. */
export function reportedTokens(body: string): ReportedTokens | null {
  const documents = body.includes('data:') ? sseData(body) : [body];
  let found: ReportedTokens | null = null;
  for (const document of documents) {
    const answer = parse(document);
    const { prompt_tokens: prompt, completion_tokens: completion } = answer?.usage ?? {};
    if (typeof prompt !== 'number' || typeof completion !== 'number') continue;
    found = { answerId: typeof answer?.id === 'string' ? answer.id : null, prompt, completion };
  }
  return found;
}

function sseData(body: string): string[] {
  return body
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice('data:'.length));
}

function parse(text: string): WireAnswer | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null; // Scripted garbage tells no tokens.
  }
}
