import type { NeutralAnswer } from '../neutral/answer.ts';
import { writeChatUsage } from '../openai-chat/write-usage.ts';
import { type AnswerView, nameLosses, type Relay, TranslatedTap } from '../relay/index.ts';
import type { ShownAs, UpstreamWire } from '../wire.ts';
import type { CompletionsCall } from './decode.ts';
import { CompletionEventWriter } from './event-writer.ts';
import { completionField, readCompletion } from './read-request.ts';
import { writeChoice } from './write-choice.ts';

/** The way to an upstream that chats: the prompt is a conversation of one turn. */
export function createCompletionTranslation(upstream: UpstreamWire): Relay<CompletionsCall> {
  return {
    name: `completions-to-${upstream.name}`,
    writeRequest(call, target) {
      const { request, losses } = readCompletion(call);
      const { body, losses: others } = upstream.encodeRequest(request, target);
      // Text is all that there is, so that no part of a message can get lost.
      const client = { name: 'chat', fieldOf: completionField } as const;
      return { body, losses: [...losses, ...nameLosses(others, client, request)] };
    },
    readWhole(body, call, view) {
      const answer = upstream.decodeAnswer(body);
      if (answer === undefined) return undefined;
      const { usage, isSuspicious } = answer;
      return {
        body: writeCompletion(answer, shownAs(view, call, answer.model)),
        usage: usage && { usage, isSuspicious },
      };
    },
    openStream: (call, view) =>
      new TranslatedTap({
        reader: upstream.openReader(),
        openWriter: (model) =>
          new CompletionEventWriter({
            ...shownAs(view, call, model),
            wantsUsage: call.wantsUsage,
          }),
      }),
    readError: (body) => upstream.readError(body),
  };
}

/** The name that the client may see: the one it asked for where the upstream's is hidden or unknown. */
function shownAs(view: AnswerView, call: CompletionsCall, upstreamModel: string): ShownAs {
  const { shownModel, requestId, createdAt } = view;
  return { model: shownModel ?? (upstreamModel || call.model), requestId, createdAt };
}

function writeCompletion(answer: NeutralAnswer, shown: ShownAs): Buffer {
  const { id, createdAt, choices, usage, systemFingerprint } = answer;
  const body = {
    id: id || `cmpl-${shown.requestId}`,
    object: 'text_completion',
    created: createdAt || shown.createdAt,
    model: shown.model,
    choices: choices.map(writeChoice),
    ...(usage && { usage: writeChatUsage(usage) }),
    ...(systemFingerprint !== undefined && { system_fingerprint: systemFingerprint }),
  };
  return Buffer.from(JSON.stringify(body));
}
