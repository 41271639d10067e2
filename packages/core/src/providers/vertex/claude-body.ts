import { applyEdits, scanObject } from '../../protocols/index.ts';
import { VERTEX_ANTHROPIC_VERSION } from './quirks.ts';

const WATCHED: ReadonlySet<string> = new Set(['model', 'anthropic_version']);
const VERSION_MEMBER = Buffer.from(`"anthropic_version":"${VERTEX_ANTHROPIC_VERSION}"`);
const MODEL_NAME = '"model"';

/** The body of a call of Anthropic's API as Vertex AI wants it: the version in it, the model not. */
export function claudeBody(body: Buffer): Buffer {
  const { fields, isAmbiguous } = scanObject(body, WATCHED);
  const model = fields.get('model');
  if (isAmbiguous || model === undefined || fields.has('anthropic_version')) return rewritten(body);
  // Between a name and its value stand a colon and space only, so this is the name's own place.
  const start = body.lastIndexOf(MODEL_NAME, model.start);
  return applyEdits(body, [{ start, end: model.end, bytes: VERSION_MEMBER }]);
}

/** The same for a count of tokens, which keeps the model. */
export function countBody(body: Buffer): Buffer {
  const { fields, isAmbiguous, inside, isEmpty } = scanObject(body, WATCHED);
  if (isAmbiguous) return countBody(Buffer.from(JSON.stringify(JSON.parse(body.toString('utf8')))));
  if (fields.has('anthropic_version')) return body;
  const bytes = isEmpty ? VERSION_MEMBER : Buffer.concat([VERSION_MEMBER, Buffer.from(',')]);
  return applyEdits(body, [{ start: inside, end: inside, bytes }]);
}

function rewritten(body: Buffer): Buffer {
  const { model: _, ...rest } = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  return Buffer.from(JSON.stringify({ anthropic_version: VERTEX_ANTHROPIC_VERSION, ...rest }));
}
