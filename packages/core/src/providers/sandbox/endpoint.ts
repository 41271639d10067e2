import type { Paths } from '../paths.ts';

/** Origin of the sandbox; only its own transport answers it. */
export const SANDBOX_ORIGIN = 'sandbox://meridian';
/** Host of the sandbox's provider key, by which its prices are found. */
export const SANDBOX_HOST = 'sandbox';
/** Where the sandbox chats. */
export const CHAT_PATH = '/v1/chat/completions';

/** The paths of the sandbox. */
export const SANDBOX_PATHS: Paths = {
  chat: CHAT_PATH,
  embeddings: '/v1/embeddings',
  moderations: '/v1/moderations',
  rerank: '/v1/rerank',
  'images.generations': '/v1/images/generations',
  'images.edits': '/v1/images/edits',
  'images.variations': '/v1/images/variations',
  'audio.speech': '/v1/audio/speech',
  'audio.transcriptions': '/v1/audio/transcriptions',
  'audio.translations': '/v1/audio/translations',
};
