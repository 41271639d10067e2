import type { Call, CallPath, Dialect, RequestEdits, WholeAnswer } from '../dialect.ts';
import { applyEdits } from '../json/edit.ts';
import { scanObject } from '../json/scan.ts';
import type { NeutralAnswer } from '../neutral/answer.ts';
import type { Part } from '../neutral/parts.ts';
import type { ClientWire, UpstreamWire } from '../wire.ts';
import { type CacheCounts, createCacheCounts } from './cache-counts.ts';
import { type Continuity, PassTap } from './pass-tap.ts';
import { renameField } from './rename-field.ts';
import { usageOf } from './translation.ts';

/** What a wire gives so that it can be spoken on both sides without translation. */
export interface PassParts<C extends Call> {
  readonly name: string;
  readonly client: ClientWire;
  readonly upstream: UpstreamWire;
  /** Where an answer names its model, e.g. `modelVersion`. */
  readonly modelField: string;
  /** Where it tells its usage; `usage` unless given. */
  readonly usageField?: string;
  decode(raw: Buffer, path?: CallPath): C;
  editRequest(call: C, edits: RequestEdits): Buffer;
  /** The text that the model reads, for counting where no usage came. */
  textOfRequest(call: C): string;
  /** An error body as a server-sent event. */
  errorEvent(body: object): string;
  /** Where the model's name in an event cannot be told by its field alone. */
  renameFrame?(frame: Buffer, own: string, shown: string): Buffer;
  /** Where events refer to each other by ids or numbers. */
  openContinuity?(): Continuity;
}

/** A dialect out of the two halves of a wire: requests and answers pass as the bytes that came. */
export function createPassDialect<C extends Call>(parts: PassParts<C>): Dialect<C> {
  const { client, upstream, modelField, usageField = 'usage' } = parts;
  const addCacheCounts = createCacheCounts(usageField);
  const wire = {
    openReader: () => upstream.openReader(),
    openWriter: client.openWriter.bind(client),
    renameFrame: parts.renameFrame ?? renameField(modelField),
    addCacheCounts,
    ...(parts.openContinuity && { openContinuity: parts.openContinuity }),
  };
  return {
    name: parts.name,
    decode: parts.decode,
    editRequest: parts.editRequest,
    textOfRequest: parts.textOfRequest,
    readWhole(body, shownModel) {
      const answer = upstream.decodeAnswer(body);
      return answer && readWhole(body, answer, { shownModel, modelField, addCacheCounts });
    },
    textOfAnswer(body) {
      const answer = upstream.decodeAnswer(body);
      return answer === undefined ? '' : textOfChoices(answer);
    },
    openStream: (options) => new PassTap(wire, options),
    errorEvent: (body) => Buffer.from(parts.errorEvent(body)),
  };
}

/** What of a whole answer is not as it came. */
interface WholeEdits {
  readonly shownModel: string | undefined;
  readonly modelField: string;
  readonly addCacheCounts: CacheCounts;
}

/**
 * The bytes as they came but for the model's name, where the upstream's must not show, and the counts
 * of the cache, where it had a part.
 */
function readWhole(
  came: Buffer,
  answer: NeutralAnswer,
  { shownModel, modelField, addCacheCounts }: WholeEdits,
): WholeAnswer {
  const usage = usageOf(answer);
  const body = addCacheCounts(came, usage?.usage);
  if (shownModel === undefined) return { body, usage };
  const span = scanObject(body, new Set([modelField])).fields.get(modelField);
  if (span === undefined) return { body, usage };
  const edit = { ...span, bytes: Buffer.from(JSON.stringify(shownModel)) };
  return { body: applyEdits(body, [edit]), usage };
}

function textOfChoices({ choices }: NeutralAnswer): string {
  return choices.flatMap((choice) => choice.parts.map(textOfPart)).join('');
}

function textOfPart(part: Part): string {
  switch (part.type) {
    case 'text':
    case 'reasoning':
    case 'refusal':
      return part.text;
    case 'toolCall':
      return part.name + part.arguments;
    case 'audio':
      return part.transcript ?? '';
    default:
      return '';
  }
}
