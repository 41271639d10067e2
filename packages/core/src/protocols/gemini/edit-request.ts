import type { RequestEdits } from '../dialect.ts';
import { applyEdits, type Edit } from '../json/edit.ts';
import type { ScannedObject } from '../json/scan.ts';
import { type GeminiRequest, spanOf } from './decode.ts';
import { foreignSealsEdit } from './foreign-seals.ts';

function insertFirst({ inside, isEmpty }: ScannedObject, text: string): Edit {
  return { start: inside, end: inside, bytes: Buffer.from(isEmpty ? text : `${text},`) };
}

/** Writes an output bound where the client's own would stand; an explicit null is replaced. */
function boundEdit({ scanned, config }: GeminiRequest, tokens: number): Edit {
  const bound = `"maxOutputTokens":${tokens}`;
  if (config) {
    const given = spanOf(config, 'maxOutputTokens');
    return given ? { ...given, bytes: Buffer.from(String(tokens)) } : insertFirst(config, bound);
  }
  const nothing = spanOf(scanned, 'generationConfig');
  if (nothing) return { ...nothing, bytes: Buffer.from(`{${bound}}`) };
  return insertFirst(scanned, `"generationConfig":{${bound}}`);
}

/**
 * The body for the upstream: the client's bytes, with an output bound where one has to be written and
 * without what another upstream sealed. The model is in the path, and usage comes in every stream.
 */
export function editGeminiRequest(request: GeminiRequest, edits: RequestEdits): Buffer {
  const list: Edit[] = [];
  if (edits.outputBound) list.push(boundEdit(request, edits.outputBound.tokens));
  const seals = foreignSealsEdit(request);
  if (seals) list.push(seals);
  return applyEdits(request.body, list);
}
