import { permit } from '../admission/index.ts';
import { Failure, isFailure } from '../kernel/index.ts';
import { inputTokensLikely } from '../metering/index.ts';
import type { Call, CallPath } from '../protocols/index.ts';
import type { Arrival, Responder } from './ports.ts';
import type { Pipeline } from './run.ts';

/** How a surface asks for a count and is told it. */
export interface PromptCounting {
  /** Throws, or rejects with, `invalid_json` or `invalid_request` naming the field. */
  decode(raw: Buffer, path?: CallPath): Call | Promise<Call>;
  answer(tokens: number): object;
}

/**
 * Answers how many tokens a prompt has, by our own tokenizer: nothing is sent anywhere and nothing is
 * charged. The caller needs the permission to call the model. Never throws.
 */
export async function countPrompt(
  arrival: Arrival,
  responder: Responder,
  { line, counting }: { readonly line: Pipeline; readonly counting: PromptCounting },
): Promise<void> {
  const { reporter, surface } = line.attempts;
  try {
    const call = await counting.decode(arrival.body, arrival.path);
    const refusal = permit(arrival.caller.permits, arrival);
    if (refusal) throw refusal;
    const plan = line.router.plan({ policy: arrival.caller.routing, model: call.model });
    if (isFailure(plan)) throw plan;
    const text = await line.counting.tokens.count(
      surface.dialect.textOfRequest(call),
      plan.resolved,
    );
    const media = inputTokensLikely({ ...call.size, textBytes: 0, model: plan.resolved });
    const body = Buffer.from(JSON.stringify(counting.answer(text + media)));
    responder.send(200, ['content-type', 'application/json'], body);
  } catch (error) {
    const failure = isFailure(error) ? error : unexpected(error);
    if (failure.code === 'server_error') reporter.unexpected(error);
    reporter.failed(arrival, failure);
    const { status, headers, body } = reporter.failureResponse(
      failure,
      arrival.requestId,
      undefined,
    );
    responder.send(status, headers, body);
  }
}

function unexpected(cause: unknown): Failure {
  return new Failure('server_error', { message: 'The server could not count the tokens.', cause });
}
