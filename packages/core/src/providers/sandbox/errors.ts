import type { Reply, Verdict } from '../types.ts';

/** The sandbox has no keys that could be at fault: what it refuses is the caller's. */
export function judge(reply: Reply): Verdict {
  if ('fault' in reply && reply.fault.kind !== 'aborted') {
    return { retry: false, cause: 'protocol' };
  }
  return { retry: false, cause: 'caller' };
}
