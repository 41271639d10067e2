export {
  anthropicMessages,
  countTokensBody,
  decodeCountTokens,
  messagesClient,
  messagesUpstream,
} from './anthropic-messages/index.ts';
export { audioSeconds, type ByteFile } from './audio-length/index.ts';
export { converseUpstream } from './bedrock-converse/index.ts';
export type { BodySource } from './body-source.ts';
export { cohereEmbed } from './cohere-embed/index.ts';
export {
  BrokenStream,
  type Call,
  type CallPath,
  type ClientDialect,
  type Dialect,
  type PieceCount,
  type PieceName,
  type Pieces,
  type ReadUsage,
  type RequestEdits,
  type StreamTap,
  type TapOptions,
  type WholeAnswer,
} from './dialect.ts';
export { createEmbeddingTranslation } from './embeddings/translation.ts';
export type { EmbeddingClient, EmbeddingUpstream } from './embeddings/wire.ts';
export {
  type Form,
  type FormField,
  type FormFile,
  type FormPart,
  fieldValue,
} from './form/form.ts';
export { typeOfForm, writeForm } from './form/write-form.ts';
export {
  decodeGeminiCountTokens,
  embeddingMethod,
  gemini,
  geminiClient,
  geminiUpstream,
  writeGeminiTokenCount,
} from './gemini/index.ts';
export {
  createGeminiEmbeddingsUpstream,
  geminiBatchEmbedContents,
  geminiEmbedContent,
  geminiEmbeddingsClient,
} from './gemini-embeddings/index.ts';
export { applyEdits } from './json/edit.ts';
export { scanObject } from './json/scan.ts';
export type { UpstreamError } from './neutral/answer.ts';
export type { WireName } from './neutral/parts.ts';
export {
  inputTokens,
  NO_USAGE,
  outputTokens,
  USAGE_BUCKETS,
  type Usage,
  type UsageSource,
} from './neutral/usage.ts';
export {
  createTranscriptDialect,
  geminiSpeech,
  speechDialect,
  speechPassage,
  TRANSCRIPT_FORMATS,
  transcriptPassage,
  wavHeader,
} from './openai-audio/index.ts';
export { chatClient, chatPassage, chatUpstream, openaiChat } from './openai-chat/index.ts';
export { createCompletionTranslation, openaiCompletions } from './openai-completions/index.ts';
export {
  embeddingsPassage,
  openaiEmbeddings,
  openaiEmbeddingsClient,
  openaiEmbeddingsUpstream,
} from './openai-embeddings/index.ts';
export {
  createImageDialect,
  geminiImages,
  type ImageCall,
  imagePassage,
  vertexImages,
} from './openai-images/index.ts';
export { openaiModerations } from './openai-moderations/index.ts';
export {
  addSizes,
  appendedBytes,
  type ConversationTokens,
  causeOf,
  type Delta,
  type ErrorDetail,
  errorEventText,
  eventIdOf,
  type ItemSize,
  NO_SIZE,
  type RealtimeEvent,
  type ResponseAsk,
  readAsk,
  readChange,
  readDelta,
  readEvent,
  readItemSize,
  readSpeechMark,
  readTold,
  readTranscript,
  responseIdOf,
  type SessionFacts,
  type ToldResponse,
  USUAL_FACTS,
  withoutCause,
  writeAsk,
  writeModels,
} from './openai-realtime/index.ts';
export {
  decodeResponses,
  errorOfBytes,
  inForeground,
  itemIdOf,
  openaiResponses,
  queuedResponse,
  type ResponseStatus,
  type ResponsesCall,
  referenceOf,
  replayResponse,
  responseOfBody,
  responseOfHead,
  responseOfTail,
  responsesClient,
  responsesUpstream,
  withInput,
} from './openai-responses/index.ts';
export {
  type AnswerView,
  createArrayFraming,
  createPassage,
  createTranslation,
  DROP_PARAMS_HEADER,
  DROPPED_PARAMS_HEADER,
  droppedHeader,
  lossesToFailure,
  type NamedLoss,
  type Relay,
  refusalFailure,
  vitalLosses,
} from './relay/index.ts';
export { createRerankRelay, rerank } from './rerank/index.ts';
export type { ClientWire, FieldNames, UpstreamWire, WireTarget } from './wire.ts';
