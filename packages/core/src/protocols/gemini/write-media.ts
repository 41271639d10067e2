import type { Fields } from '../json/values.ts';
import type { AudioPart, FilePart, ImagePart, MediaSource, VideoPart } from '../neutral/parts.ts';
import type { Draft } from './draft.ts';
import { isYoutubeUrl } from './media-types.ts';
import { writeSource } from './write-parts.ts';

type Media = ImagePart | AudioPart | VideoPart | FilePart;

const FALLBACK_TYPES: Readonly<Record<Media['type'], string>> = {
  image: 'image/jpeg',
  audio: 'audio/wav',
  video: 'video/mp4',
  file: 'application/pdf',
};

/** The first generation that reads from the web: Google excepts 2.0 and what was before it. */
const WEB_SINCE = 2.5;

/** Why a source cannot be handed to Gemini; undefined where it can. Nothing is fetched here. */
export function sourceProblem(
  source: MediaSource,
  type: Media['type'],
  { generation }: Draft,
): string | undefined {
  if (source.kind === 'data') return undefined;
  if (source.kind === 'file') {
    return source.origin === 'gemini'
      ? undefined
      : 'a file id of another provider means nothing to Gemini; send the data';
  }
  const { url } = source;
  if (url.startsWith('gs://') || isYoutubeUrl(url)) return undefined;
  if (!url.startsWith('https://')) return 'Gemini reads https and gs URLs only; send the data';
  if (generation < WEB_SINCE) return 'this model reads no URLs; send the data';
  return type === 'audio' ? 'Gemini reads no audio from the web; send the data' : undefined;
}

/** Audio, video and documents; images carry seals, see `writeImage`. */
export function writeMedia(part: Media): Fields {
  return writeSource(part.source, FALLBACK_TYPES[part.type]);
}

/** The same with the document's name, which only Vertex AI takes. */
export function writeNamedMedia(part: Media, { target }: Draft): Fields {
  const written = writeMedia(part);
  if (part.type !== 'file' || part.name === undefined || target.isVertex !== true) return written;
  const named = Object.entries(written).map(
    ([key, blob]) => [key, { ...(blob as Fields), displayName: part.name }] as const,
  );
  return Object.fromEntries(named);
}
