import { Failure } from '../../kernel/index.ts';
import type { Part, WireName } from '../neutral/parts.ts';
import type { Loss, NeutralRequest } from '../neutral/request.ts';
import type { ClientWire } from '../wire.ts';

/** A request header by which a client lets go what an upstream cannot do, when it is `true`. */
export const DROP_PARAMS_HEADER = 'x-meridian-drop-params';

/** The response header that then names what was let go, separated by commas. */
export const DROPPED_PARAMS_HEADER = 'x-meridian-dropped-params';

/** Something that an upstream cannot do, under the name that the client's own wire has for it. */
export interface NamedLoss {
  readonly field: string;
  readonly reason: string;
  /** Without it there is nothing to answer: it is never dropped. */
  readonly isVital?: true;
}

/** Where each wire keeps its messages. */
const MESSAGES_FIELD: Readonly<Record<WireName, string>> = {
  chat: 'messages',
  responses: 'input',
  messages: 'messages',
  gemini: 'contents',
  converse: 'messages',
};

const PART_NAMES: Readonly<Record<Part['type'], string>> = {
  text: 'text',
  image: 'an image',
  audio: 'audio',
  video: 'a video',
  file: 'a file',
  toolCall: 'a tool call',
  toolResult: 'a tool result',
  reasoning: 'reasoning',
  refusal: 'a refusal',
  opaque: 'a content part',
};

/** The losses in the client's own words. */
export function nameLosses(
  losses: readonly Loss[],
  client: Pick<ClientWire, 'name' | 'fieldOf'>,
  request: Pick<NeutralRequest, 'messages'>,
): readonly NamedLoss[] {
  return losses.map((loss) => {
    if ('ability' in loss) return { field: client.fieldOf(loss.ability), reason: loss.reason };
    if ('field' in loss) return { field: loss.field, reason: loss.reason };
    const part = request.messages[loss.message]?.parts[loss.part];
    const what = part === undefined ? 'a content part' : PART_NAMES[part.type];
    return { field: MESSAGES_FIELD[client.name], reason: `${what}: ${loss.reason}` };
  });
}

/** Fields beyond the first that a refusal names. */
const OTHERS_NAMED_MAX = 5;

/** What stays lost when a client lets go what it can. */
export function vitalLosses(losses: readonly NamedLoss[]): readonly NamedLoss[] {
  return losses.filter(({ isVital }) => isVital);
}

/** The refusal of a request that the upstream cannot do as it is; undefined when nothing is lost. */
export function lossesToFailure(losses: readonly NamedLoss[]): Failure | undefined {
  const [vital] = vitalLosses(losses);
  const first = vital ?? losses[0];
  if (first === undefined) return undefined;
  const others = droppedFields(losses)
    .filter((field) => field !== first.field)
    .slice(0, OTHERS_NAMED_MAX)
    .map((field) => `'${field}'`);
  const also = others.length === 0 ? '' : ` Not supported either: ${others.join(', ')}.`;
  return new Failure('unsupported_parameter', {
    message:
      `'${first.field}' is not supported by the upstream of this model: ${sentence(first.reason)}` +
      also +
      (vital ? '' : ` Leave it out, or send '${DROP_PARAMS_HEADER}: true' to have it dropped.`),
    param: first.field,
  });
}

function sentence(reason: string): string {
  return reason.endsWith('.') ? reason : `${reason}.`;
}

/** The names for the header of dropped fields, each once. */
export function droppedFields(losses: readonly NamedLoss[]): readonly string[] {
  return [...new Set(losses.map((loss) => loss.field))];
}

const HEADER_CHARS_MAX = 1_000;

/** The value of the header of dropped fields; undefined when nothing was dropped. */
export function droppedHeader(losses: readonly NamedLoss[]): string | undefined {
  if (losses.length === 0) return undefined;
  // A field may be the client's own spelling; a header takes printable ASCII only.
  const names = droppedFields(losses).map((field) => field.replace(/[^\x21-\x2b\x2d-\x7e]/g, '_'));
  return names.join(',').slice(0, HEADER_CHARS_MAX);
}
