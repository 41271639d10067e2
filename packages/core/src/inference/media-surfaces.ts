import { type Failure, matchesGlob } from '../kernel/index.ts';
import {
  type ClientDialect,
  createImageDialect,
  createTranscriptDialect,
  geminiImages,
  geminiSpeech,
  imagePassage,
  speechDialect,
  speechPassage,
  transcriptPassage,
  vertexImages,
} from '../protocols/index.ts';
import type { ProviderKind } from '../providers/index.ts';
import type { Surface, Way } from './surface.ts';

/** A way, and the upstreams and models that it leads to; all where nothing is said. */
interface MediaWay extends Way {
  readonly kinds?: readonly ProviderKind[];
  /** Globs of canonical names. */
  readonly models?: readonly string[];
}

const GOOGLE: readonly ProviderKind[] = ['gemini', 'vertex'];
const VERTEX: readonly ProviderKind[] = ['vertex'];
/** Gemini's models that draw, and those that speak. */
const DRAWING = ['gemini-*image*'];
const SPEAKING = ['gemini-*tts*'];

/** A comment of server-sent events, which every parser skips. */
const COMMENT = Buffer.from(': keep-alive\n\n');

/** `/v1/images/generations`. */
export function createImageSurface(name: string): Surface {
  const ways: readonly MediaWay[] = [
    { endpoint: 'gemini', relay: geminiImages, kinds: GOOGLE, models: DRAWING },
    { endpoint: 'images.generations', relay: vertexImages, kinds: VERTEX },
    { endpoint: 'images.generations', relay: imagePassage },
  ];
  return {
    ...createMediaSurface(name, createImageDialect('generations'), ways),
    keepAlive: COMMENT,
  };
}

/** `/v1/images/edits` and `/v1/images/variations`. */
export function createImageEditSurface(name: string, task: 'edits' | 'variations'): Surface {
  const way = { endpoint: `images.${task}`, relay: imagePassage } as const;
  return { ...createMediaSurface(name, createImageDialect(task), [way]), keepAlive: COMMENT };
}

/** `/v1/audio/speech`. Its streams are mostly the audio itself, in which nothing else can stand. */
export function createSpeechSurface(name: string): Surface {
  return createMediaSurface(name, speechDialect, [
    { endpoint: 'gemini', relay: geminiSpeech, kinds: GOOGLE, models: SPEAKING },
    { endpoint: 'audio.speech', relay: speechPassage },
  ]);
}

/** `/v1/audio/transcriptions` and `/v1/audio/translations`. Some models answer whole in any case. */
export function createTranscriptSurface(
  name: string,
  task: 'transcriptions' | 'translations',
): Surface {
  const way = { endpoint: `audio.${task}`, relay: transcriptPassage } as const;
  return createMediaSurface(name, createTranscriptDialect(task), [way]);
}

/** A surface whose first fitting way is taken. */
function createMediaSurface(
  name: string,
  dialect: ClientDialect,
  ways: readonly MediaWay[],
): Surface {
  return {
    name,
    dialect,
    errorBody: (failure: Failure) => failure.toBody(),
    wayTo: (provider, key, canonicalModel) =>
      ways.find(({ endpoint, kinds, models }) => {
        if (kinds && !kinds.includes(provider.kind)) return false;
        if (models && !models.some((glob) => matchesGlob(glob, canonicalModel))) return false;
        return provider.endpoints(key).includes(endpoint);
      }),
  };
}
