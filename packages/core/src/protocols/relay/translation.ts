import type { Call, ReadUsage, WholeAnswer } from '../dialect.ts';
import type { NeutralAnswer } from '../neutral/answer.ts';
import type { ClientWire, ShownAs, UpstreamWire } from '../wire.ts';
import { withBreakpoints } from './auto-cache.ts';
import { nameLosses } from './losses.ts';
import type { AnswerView, Relay } from './relay.ts';
import { TranslatedTap } from './translated-tap.ts';

/** The usage of an answer in the words of the pipeline. */
export function usageOf({ usage, isSuspicious }: NeutralAnswer): ReadUsage | undefined {
  return usage === undefined ? undefined : { usage, isSuspicious };
}

/** A whole answer of one wire as an answer of another; undefined when the bytes are no answer. */
export function translateWhole(
  body: Buffer,
  wires: { readonly client: ClientWire; readonly upstream: UpstreamWire },
  shownAs: (upstreamModel: string) => ShownAs,
): WholeAnswer | undefined {
  const answer = wires.upstream.decodeAnswer(body);
  if (answer === undefined) return undefined;
  return {
    body: wires.client.encodeAnswer(answer, shownAs(answer.model)),
    usage: usageOf(answer),
  };
}

/** The name that the client may see: the one it asked for where the upstream's is hidden or unknown. */
function shownAs(view: AnswerView, call: Call, upstreamModel: string): ShownAs {
  const { shownModel, requestId, createdAt } = view;
  return { model: shownModel ?? (upstreamModel || call.model), requestId, createdAt, call };
}

/** The way between a client and an upstream that do not speak the same. */
export function createTranslation<C extends Call>(
  client: ClientWire,
  upstream: UpstreamWire,
): Relay<C> {
  return {
    name: `${client.name}-to-${upstream.name}`,
    writeRequest(call, target) {
      const request = withBreakpoints(client.decodeRequest(call), target);
      const { body, losses } = upstream.encodeRequest(request, target);
      return { body, losses: losses.length === 0 ? [] : nameLosses(losses, client, request) };
    },
    readWhole: (body, call, view) =>
      translateWhole(body, { client, upstream }, (model) => shownAs(view, call, model)),
    openStream: (call, view) =>
      new TranslatedTap({
        reader: upstream.openReader(),
        openWriter: (model) =>
          client.openWriter({ ...shownAs(view, call, model), wantsUsage: call.wantsUsage }),
      }),
    readError: (body) => upstream.readError(body),
  };
}
