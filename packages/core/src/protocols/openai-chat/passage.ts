import { editFields, type FieldChanges } from '../json/edit-fields.ts';
import { parsing } from '../json/request-body.ts';
import { type ScannedObject, scanObject } from '../json/scan.ts';
import { createPassage, type Relay, type RelayedRequest } from '../relay/index.ts';
import type { WireTarget } from '../wire.ts';
import type { ChatRequest } from './decode.ts';
import { openaiChat } from './dialect.ts';

const REASON = 'the upstream does not take it';

/** Fields by which requests bound their output. */
const BOUNDS: ReadonlySet<string> = new Set(['max_tokens', 'max_completion_tokens']);

const passage = createPassage(openaiChat);

/**
 * Chat on both sides: the bytes pass, and what is in them is the upstream's to judge. Only where the
 * client lets go what the upstream does not take, such fields are cut out.
 */
export const chatPassage: Relay<ChatRequest> = {
  ...passage,
  writeRequest(call, target) {
    const request = passage.writeRequest(call, target);
    return target.mayDrop ? withoutUnsupported(request, target) : request;
  },
};

function withoutUnsupported(request: RelayedRequest, target: WireTarget): RelayedRequest {
  const { body } = request;
  const { unsupported = [] } = target;
  const scanned = scanObject(body, new Set([...unsupported, ...BOUNDS]));
  const given = unsupported.filter((field) => scanned.fields.has(field));
  if (given.length === 0) return request;
  const lost = given.filter(
    (field) => !BOUNDS.has(field) && textOf(body, scanned, field) !== 'null',
  );
  const removed = Object.fromEntries(given.map((field) => [field, undefined]));
  const changes = { ...removed, ...keptBound(body, scanned, target) };
  return {
    body: parsing(() => editFields(body, scanned, changes)),
    losses: lost.map((field) => ({ field, reason: REASON })),
  };
}

/** The bound that was reckoned with goes on bounding, by the name that the upstream has for it. */
function keptBound(
  body: Buffer,
  scanned: ScannedObject,
  { unsupported = [], outputField = 'max_tokens' }: WireTarget,
): FieldChanges {
  if (scanned.fields.has(outputField)) return {};
  const field = unsupported.find((name) => BOUNDS.has(name) && scanned.fields.has(name));
  return field === undefined ? {} : { [outputField]: JSON.parse(textOf(body, scanned, field)) };
}

function textOf(body: Buffer, { fields }: ScannedObject, field: string): string {
  const span = fields.get(field);
  return span === undefined ? '' : body.toString('utf8', span.start, span.end);
}
