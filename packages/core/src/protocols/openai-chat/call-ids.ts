import { createHash } from 'node:crypto';
import type { ModelFamily } from './families.ts';

const FORTY = 40;
const NINE = /^[A-Za-z0-9]{9}$/;

/**
 * The id of a call as the upstream takes it: its own as it is, another vendor's in a form that is
 * valid and the same each time, so that call and result still match.
 */
export function writeCallId(id: string, { callIds }: ModelFamily): string {
  if (callIds === 'nine') return NINE.test(id) ? id : digest(id).slice(0, 9);
  return callIds === 'forty' && id.length > FORTY ? `call_${digest(id).slice(0, 24)}` : id;
}

/** Letters and digits only. */
function digest(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}
