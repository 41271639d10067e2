export type { Answer, AttemptDeps } from './attempt.ts';
export type { WindowDeps } from './claim-windows.ts';
export {
  type Computation,
  type ComputationDeps,
  type Computed,
  createComputations,
  type RunComputation,
} from './computation.ts';
export { countPrompt, type PromptCounting } from './count-prompt.ts';
export { createEmbeddingsSurface, createGoogleEmbeddingsSurface } from './embedding-surfaces.ts';
export type { Flight } from './flight.ts';
export { createImagePresenter, type ImagePresenterDeps } from './image-presenter.ts';
export {
  createImageEditSurface,
  createImageSurface,
  createSpeechSurface,
  createTranscriptSurface,
} from './media-surfaces.ts';
export type { ModelSizes } from './place-hold.ts';
export type { Arrival, Caller, Responder, ResponseHeaders } from './ports.ts';
export {
  createProbe,
  type Probe,
  type ProbeKind,
  type ProbeResult,
  type ProbeTarget,
} from './probe.ts';
export {
  type Connection,
  connect,
  type Dial,
  type Dialed,
  type Ender,
  type Knock,
  type Line,
  type Outlets,
  type RealtimeDeps,
  RealtimeSession,
  type SessionEnd,
  type SessionReporter,
} from './realtime/index.ts';
export { noWayFailure, unansweredFailure } from './refusal.ts';
export type { Reporter } from './reporter.ts';
export {
  type BackgroundRuns,
  type ChainLimits,
  countInput,
  createBackgroundRuns,
  createResponsesFront,
  createResponsesService,
  type FoundItem,
  type FoundResponse,
  type ItemPage,
  KEPT_BYTES_MAX,
  KEPT_DAYS,
  type KeptResponse,
  LOST_SECONDS,
  type PageQuery,
  type PreparedArrival,
  type ResponseChain,
  type ResponseStore,
  type ResponsesFront,
  type ResponsesFrontDeps,
  type ResponsesService,
  type RunningResponse,
  type UpstreamMemory,
  type WireObject,
} from './responses/index.ts';
export {
  type FoundResultFile,
  RESULT_FILE_BYTES_MAX,
  RESULT_FILE_MINUTES,
  RESULT_FILES_BYTES_MAX,
  type ResultFile,
  type ResultFileStore,
} from './result-files.ts';
export { type Pipeline, type Presenter, run } from './run.ts';
export {
  createRunningAnswers,
  LOOK_MS,
  type RunningAnswer,
  type RunningAnswers,
} from './running-answers.ts';
export { createSeenPrompts, type SeenPrompts } from './seen-prompts.ts';
export type { Surface, Way } from './surface.ts';
export { createChatSurface, createPassSurface } from './surfaces.ts';
export {
  createCompletionsSurface,
  createModerationsSurface,
  createRerankSurface,
} from './text-surfaces.ts';
