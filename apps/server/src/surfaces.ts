import {
  createChatSurface,
  createCompletionsSurface,
  createEmbeddingsSurface,
  createGoogleEmbeddingsSurface,
  createImageEditSurface,
  createImageSurface,
  createModerationsSurface,
  createRerankSurface,
  createSpeechSurface,
  createTranscriptSurface,
  type PromptCounting,
  type Surface,
} from '@meridian/core/inference';
import {
  anthropicMessages,
  chatClient,
  chatPassage,
  chatUpstream,
  converseUpstream,
  countTokensBody,
  decodeCountTokens,
  decodeGeminiCountTokens,
  gemini,
  geminiClient,
  geminiUpstream,
  messagesClient,
  messagesUpstream,
  openaiChat,
  openaiResponses,
  responsesClient,
  responsesUpstream,
  writeGeminiTokenCount,
} from '@meridian/core/protocols';
import type { FixedEndpoint } from './edge/hot/inference-target.ts';

const upstreams = [
  chatUpstream,
  responsesUpstream,
  messagesUpstream,
  geminiUpstream,
  converseUpstream,
];

/** A comment of server-sent events, which every parser skips. */
const COMMENT = ': keep-alive\n\n';
/** Anthropic's own way. */
const PING = 'event: ping\ndata: {"type": "ping"}\n\n';

/** Every inference endpoint. */
export const surfaces: readonly Surface[] = [
  createChatSurface({
    name: 'chat',
    client: chatClient,
    dialect: openaiChat,
    passage: chatPassage,
    upstreams,
    keepAlive: COMMENT,
  }),
  createChatSurface({
    name: 'responses',
    client: responsesClient,
    dialect: openaiResponses,
    upstreams,
    keepAlive: COMMENT,
  }),
  createChatSurface({
    name: 'messages',
    client: messagesClient,
    dialect: anthropicMessages,
    upstreams,
    keepAlive: PING,
  }),
  createChatSurface({ name: 'gemini', client: geminiClient, dialect: gemini, upstreams }),
  createCompletionsSurface({ name: 'completions', upstreams, keepAlive: COMMENT }),
  createEmbeddingsSurface('embeddings'),
  createGoogleEmbeddingsSurface('gemini.embedContent', 'embedContent'),
  createGoogleEmbeddingsSurface('gemini.batchEmbedContents', 'batchEmbedContents'),
  createModerationsSurface('moderations'),
  createRerankSurface('rerank'),
  createImageSurface('images.generations'),
  createImageEditSurface('images.edits', 'edits'),
  createImageEditSurface('images.variations', 'variations'),
  createSpeechSurface('audio.speech'),
  createTranscriptSurface('audio.transcriptions', 'transcriptions'),
  createTranscriptSurface('audio.translations', 'translations'),
];

/** How Google's clients ask for the tokens of a prompt. */
export const googleCounting: PromptCounting = {
  decode: (raw, path = {}) => decodeGeminiCountTokens(raw, path),
  answer: writeGeminiTokenCount,
};

/** The endpoints whose path has no parameters. */
export const fixedEndpoints: readonly FixedEndpoint[] = [
  { surface: 'chat', path: '/v1/chat/completions' },
  { surface: 'responses', path: '/v1/responses' },
  { surface: 'responses', path: '/v1/responses/input_tokens', front: 'responses.input_tokens' },
  { surface: 'messages', path: '/v1/messages', requestIdHeader: 'request-id' },
  { surface: 'completions', path: '/v1/completions' },
  { surface: 'embeddings', path: '/v1/embeddings' },
  { surface: 'moderations', path: '/v1/moderations' },
  { surface: 'rerank', path: '/v1/rerank' },
  { surface: 'images.generations', path: '/v1/images/generations', defaultModel: 'image' },
  { surface: 'images.edits', path: '/v1/images/edits', form: 'images', defaultModel: 'image' },
  {
    surface: 'images.variations',
    path: '/v1/images/variations',
    form: 'images',
    defaultModel: 'image',
  },
  { surface: 'audio.speech', path: '/v1/audio/speech', defaultModel: 'speech' },
  { surface: 'audio.transcriptions', path: '/v1/audio/transcriptions', form: 'audio' },
  { surface: 'audio.translations', path: '/v1/audio/translations', form: 'audio' },
  // Where Cohere's own clients look for it.
  { surface: 'rerank', path: '/v2/rerank', endpoint: '/v1/rerank' },
  {
    surface: 'messages',
    path: '/v1/messages/count_tokens',
    requestIdHeader: 'request-id',
    counting: { decode: decodeCountTokens, answer: countTokensBody },
  },
];

/** The path of a recorded name; a name without one, or that is no longer served, stands for itself. */
export function pathOf(name: string): string {
  return fixedEndpoints.find(({ surface }) => surface === name)?.path ?? name;
}

/** The recorded name of a path, as `pathOf` gives it; anything else stands for itself. */
export function nameOf(path: string): string {
  return fixedEndpoints.find((endpoint) => endpoint.path === path)?.surface ?? path;
}

/** The methods of Google's paths, by surface. */
const GOOGLE_METHODS: ReadonlyMap<string, string> = new Map([
  ['gemini', 'generateContent'],
  ['gemini.embedContent', 'embedContent'],
  ['gemini.batchEmbedContents', 'batchEmbedContents'],
]);

/** The path by which a model is asked on a surface, as allowlists know it. */
export function endpointOf(surface: string, model: string): string {
  const method = GOOGLE_METHODS.get(surface);
  return method ? `/v1beta/models/${encodeURIComponent(model)}:${method}` : pathOf(surface);
}
