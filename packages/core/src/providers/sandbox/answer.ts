import { compose, type Draft } from './compose.ts';
import type { SandboxRequest } from './request.ts';
import { countPrompt, countTokens, splitTokens } from './tokens.ts';
import type { SandboxCall } from './tool-calls.ts';

/** A call as it is delivered: its input in tokens, perhaps cut. */
export interface AnswerCall extends Pick<SandboxCall, 'tool'> {
  readonly pieces: readonly string[];
}

/** One choice as it is delivered. */
export interface AnswerChoice {
  readonly index: number;
  readonly pieces: readonly string[];
  readonly calls: readonly AnswerCall[];
  readonly finish: 'stop' | 'length' | 'tool_calls' | 'function_call';
}

/** A whole answer in tokens. */
export interface SandboxAnswer {
  readonly choices: readonly AnswerChoice[];
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly completionTokens: number;
  readonly reasoningTokens: number;
}

interface Cut {
  readonly choice: AnswerChoice;
  readonly tokens: number;
  readonly reasoning: number;
}

/** The answer to a request: composed, cut at stops and bounds, and counted. */
export function answer(request: SandboxRequest): SandboxAnswer {
  const { total, cached } = countPrompt(request);
  const cuts = Array.from({ length: request.choices }, (_, index) => cutChoice(request, index));
  const sum = (of: (cut: Cut) => number): number => cuts.reduce((all, cut) => all + of(cut), 0);
  return {
    choices: cuts.map(({ choice }) => choice),
    promptTokens: total,
    cachedTokens: cached,
    completionTokens: sum(({ tokens }) => tokens),
    reasoningTokens: sum(({ reasoning }) => reasoning),
  };
}

function cutChoice(request: SandboxRequest, index: number): Cut {
  const reasoning = Math.min(request.reasoningTokens, request.outputTokensMax);
  const left = request.outputTokensMax - reasoning;
  const draft = compose(request, index);
  const { choice, tokens } =
    draft.kind === 'text'
      ? cutText(request, draft, { index, left })
      : cutCalls(request, draft, { index, left });
  return { choice, tokens: tokens + reasoning, reasoning };
}

interface Place {
  readonly index: number;
  /** Tokens that the answer may still have. */
  readonly left: number;
}

function cutText(
  { stops }: SandboxRequest,
  { text }: Extract<Draft, { kind: 'text' }>,
  { index, left }: Place,
) {
  const ends = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  const all = splitTokens(text.slice(0, Math.min(text.length, ...ends)));
  const pieces = all.slice(0, left);
  const finish = pieces.length < all.length ? 'length' : 'stop';
  const choice: AnswerChoice = { index, pieces, calls: [], finish };
  return { choice, tokens: pieces.length };
}

function cutCalls(
  request: SandboxRequest,
  draft: Extract<Draft, { kind: 'calls' }>,
  { index, left }: Place,
) {
  const calls: AnswerCall[] = [];
  let tokens = 0;
  let isCut = false;
  for (const { tool, input } of draft.calls) {
    const nameTokens = countTokens(tool.name);
    if (tokens + nameTokens > left) {
      isCut = true;
      break;
    }
    tokens += nameTokens;
    const all = splitTokens(input);
    const pieces = all.slice(0, left - tokens);
    tokens += pieces.length;
    calls.push({ tool, pieces });
    isCut = pieces.length < all.length;
    if (isCut) break;
  }
  const finish = isCut ? 'length' : finishOf(request);
  return { choice: { index, pieces: [], calls, finish } satisfies AnswerChoice, tokens };
}

/** OpenAI ends with `stop` where one function was forced by its name. */
function finishOf({ toolChoice }: SandboxRequest): AnswerChoice['finish'] {
  if (toolChoice.mode === 'named') return 'stop';
  return toolChoice.isLegacy ? 'function_call' : 'tool_calls';
}
