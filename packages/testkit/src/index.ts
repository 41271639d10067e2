export { type AccountsWorld, accountsWorld } from './accounts-world.ts';
export { type ApiAnswer, type ApiClient, type ApiRequest, createApiClient } from './api-client.ts';
export { createTestDatabase, type TestDatabase } from './databases.ts';
export { createFakeClock, FAKE_CLOCK_START_MS, type FakeClock } from './fake-clock.ts';
export { fixture, fixtureNames } from './fixtures.ts';
export {
  type DatabaseKind,
  databaseKinds,
  type FreshDatabase,
  freshDatabase,
} from './fresh-database.ts';
export { createGate, type Gate } from './gate.ts';
export {
  createOpenAiJudge,
  type OpenAiAnswer,
  type OpenAiException,
  type OpenAiJudge,
  openAiStructureVersion,
} from './openai-structure.ts';
export { createSeededRandom } from './seeded-random.ts';
export {
  type ServerExit,
  type ServerProcess,
  type StartServerOptions,
  startServer,
  TEST_ROOT_KEY,
} from './server-process.ts';
export { skipWithoutRedis } from './skip-without-redis.ts';
export { type EverySplitOptions, everySplit } from './splits.ts';
export { type TimedDatabase, timedDatabase } from './timed-database.ts';
export { type AnswerChatOptions, answerChat } from './upstream/chat.ts';
export { type ChatAnswer, chatChunks, chatCompletion } from './upstream/chat-wire.ts';
export {
  type EventStreamMessage,
  eventFrame,
  eventStream,
  frameOf,
  readMessages,
} from './upstream/event-stream.ts';
export {
  type FamilyKey,
  type FamilyName,
  type UpstreamFamily,
  upstreamFamilies,
} from './upstream/family.ts';
export {
  type AnswerImagesOptions,
  type AnswerTranscriptsOptions,
  answerImages,
  answerTranscripts,
  imageEvents,
  receivedForm,
  speechEvents,
  speechReply,
} from './upstream/media.ts';
export { answerOpenai, scriptedVector } from './upstream/openai.ts';
export { tinyPng } from './upstream/pictures.ts';
export { createFamilyPlayer, type FamilyPlayer } from './upstream/play.ts';
export {
  createRealtimeUpstream,
  type RealtimeUpstream,
  type UpgradeReply,
} from './upstream/realtime.ts';
export type { Farewell, ScriptedSession } from './upstream/realtime-session.ts';
export {
  type RealtimeAnswer,
  type RealtimeTokens,
  realtimeUsage,
  responseCreated,
  responseDeltas,
  responseDone,
  type WireEvent,
} from './upstream/realtime-wire.ts';
export type { Outcome, RecordedRequest } from './upstream/recorded.ts';
export {
  type Ending,
  errorReply,
  type HttpReply,
  jsonReply,
  type Part,
  type Parts,
  type RawReply,
  type Reply,
  splitBytes,
  splitEvents,
  sseReply,
} from './upstream/reply.ts';
export { createFakeUpstream, type FakeUpstream, type Handler } from './upstream/server.ts';
export { type ReportedTokens, reportedTokens } from './upstream/tokens.ts';
export { windowStoreSuite } from './window-store-suite.ts';
export { type WindowStoreUnderTest, windowOf } from './window-world.ts';
export {
  WORLD_MODEL,
  WORLD_UPSTREAM_SECRET,
  type World,
  type WorldAccount,
  type WorldOptions,
  world,
} from './world.ts';
