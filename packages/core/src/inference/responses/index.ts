export { type BackgroundRuns, createBackgroundRuns } from './background-runs.ts';
export { countInput } from './count-input.ts';
export {
  createResponsesFront,
  type PreparedArrival,
  type ResponsesFront,
  type ResponsesFrontDeps,
  type UpstreamMemory,
} from './front.ts';
export {
  createResponsesService,
  type ItemPage,
  type PageQuery,
  type ResponsesService,
} from './service.ts';
export {
  type ChainLimits,
  type FoundItem,
  type FoundResponse,
  KEPT_BYTES_MAX,
  KEPT_DAYS,
  type KeptResponse,
  LOST_SECONDS,
  type ResponseChain,
  type ResponseStore,
  type RunningResponse,
  type WireObject,
} from './store.ts';
