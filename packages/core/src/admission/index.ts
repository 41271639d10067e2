export { allowingPattern, checkModel, type ModelPolicy } from './checks/model.ts';
export {
  claims,
  LIMIT_DIMENSIONS,
  type LimitName,
  type LimitScope,
  type LimitSubject,
  type ModelNames,
  PLAN_LIMITS,
  type RateLimits,
  type RatePolicy,
} from './limits.ts';
export { type PermitPolicy, type PermitRequest, permit } from './permit.ts';
export {
  limitName,
  rateLimitFailure,
  rateLimitHeaderList,
  rateLimitHeaders,
} from './rate-answer.ts';
export { createWindowPlanner, type WindowPlanner } from './window-memo.ts';
export {
  createGuardedWindows,
  type GuardedWindowOptions,
  type GuardedWindowStore,
} from './windows/guarded.ts';
export {
  createMemoryWindows,
  type MemoryWindowOptions,
  type MemoryWindowStore,
} from './windows/memory.ts';
export type { NodeShare } from './windows/shares.ts';
export type {
  ForgottenListener,
  RecordingWindowStore,
  Refusal,
  Reservation,
  WindowRequest,
  WindowScope,
  WindowSpan,
  WindowSpec,
  WindowStanding,
  WindowStore,
  WindowUnit,
} from './windows/types.ts';
