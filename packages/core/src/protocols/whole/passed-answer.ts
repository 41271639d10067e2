import type { WholeAnswer } from '../dialect.ts';
import { applyEdits } from '../json/edit.ts';
import { MalformedJson, scanObject } from '../json/scan.ts';
import { readInputUsage } from './input-usage.ts';

/**
 * Reads an answer that goes on as it came but for the model's name. Undefined when the bytes are no
 * object with the field that makes it an answer.
 */
export function readPassedAnswer(
  body: Buffer,
  answerField: string,
  shownModel: string | undefined,
): WholeAnswer | undefined {
  return reading(() => {
    const { fields } = scanObject(body, new Set(['model', 'usage', answerField]));
    if (!fields.has(answerField)) return undefined;
    const at = fields.get('usage');
    const usage: unknown = at && JSON.parse(body.toString('utf8', at.start, at.end));
    const model = fields.get('model');
    const edits =
      shownModel === undefined || !model
        ? []
        : [{ ...model, bytes: Buffer.from(JSON.stringify(shownModel)) }];
    return { body: applyEdits(body, edits), usage: readInputUsage(usage) };
  });
}

/** Runs what reads an answer; undefined where that is no JSON object. */
export function reading<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof MalformedJson || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
