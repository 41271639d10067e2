import { hash } from 'node:crypto';
import type { Family } from './families.ts';

const USUAL_ID = /^[A-Za-z0-9_-]{1,64}$/;
const MISTRAL_ID = /^[A-Za-z0-9]{9}$/;

/**
 * The id of a tool call as Bedrock accepts it. Ids of other vendors may be longer or hold other
 * characters; what has to be changed becomes the same id in the call and in its result.
 */
export function callId(id: string, family: Family): string {
  const isMistral = family === 'mistral';
  if ((isMistral ? MISTRAL_ID : USUAL_ID).test(id)) return id;
  const digest = hash('sha256', id, 'hex');
  return isMistral ? digest.slice(0, 9) : `call_${digest.slice(0, 32)}`;
}
