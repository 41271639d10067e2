import { matchesGlob } from '../../kernel/index.ts';
import { withField } from '../form/form.ts';
import { editFields, type FieldChanges } from '../json/edit-fields.ts';
import type { NamedLoss, Relay, RelayedRequest } from '../relay/index.ts';
import { isErrorBody } from '../relay/relay.ts';
import type { WireTarget } from '../wire.ts';
import { readImages } from './answer.ts';
import type { ImageCall } from './decode.ts';
import { openImageStream } from './stream.ts';

/** Models that give base64 always, and refuse to be asked how. */
const BASE64_ONLY = ['gpt-image*', 'chatgpt-image*'];
/** Models that give an address of their own unless they are asked for base64. */
const ASKED_FOR_BASE64 = ['dall-e*', 'imagen*', 'gemini*', 'grok*', 'sandbox-*'];

const NO_LOSSES: readonly NamedLoss[] = [];
const EMPTY = Buffer.alloc(0);

/** Images between clients and upstreams that both speak as OpenAI does: the bytes pass. */
export const imagePassage: Relay<ImageCall> = {
  name: 'openai-images',
  writeRequest: (call, target) => (call.form ? writeFormOf(call, target) : writeJson(call, target)),
  readWhole: readImages,
  openStream: openImageStream,
  readError: (body) => (isErrorBody(body) ? undefined : { message: body.toString('utf8') }),
};

function writeJson(call: ImageCall, target: WireTarget): RelayedRequest {
  const { body, scanned } = call;
  if (!scanned) throw new Error('a request for images without its fields');
  return { body: editFields(body, scanned, changesFor(call, target)), losses: NO_LOSSES };
}

function writeFormOf(call: ImageCall, target: WireTarget): RelayedRequest {
  const { form } = call;
  if (!form) throw new Error('a request for images without its form');
  const changes = Object.entries(changesFor(call, target));
  const changed = changes.reduce((to, [name, value]) => withField(to, name, value), form);
  return { body: EMPTY, form: changed, losses: NO_LOSSES };
}

/** What is asked of the upstream instead of what the client wrote: the client gets its form from us. */
function changesFor(
  { wants, isStream }: ImageCall,
  { model, canonical }: WireTarget,
): FieldChanges & Readonly<Record<string, string | undefined>> {
  const isOneOf = (globs: readonly string[]) => globs.some((glob) => matchesGlob(glob, canonical));
  if (isOneOf(BASE64_ONLY)) return { model, response_format: undefined };
  if (isOneOf(ASKED_FOR_BASE64) && !isStream) return { model, response_format: 'b64_json' };
  return wants === undefined ? { model } : { model, response_format: wants };
}
