import type { Call } from '../dialect.ts';
import { fieldsOf, parseJson } from '../json/values.ts';

const MARK = Buffer.from('"functions"');

/**
 * Whether a request names its tools by the deprecated `functions`: then its answer calls them by
 * `function_call`, at most one at a time.
 */
export function usesFunctions(call: Call | undefined): boolean {
  if (!call?.body.includes(MARK)) return false;
  const { functions, tools } = fieldsOf(parseJson(call.body.toString('utf8')));
  return Array.isArray(functions) && functions.length > 0 && tools === undefined;
}
