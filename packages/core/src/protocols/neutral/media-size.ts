/** Base64 characters per byte of data. */
const BASE64_GROWTH = 4 / 3;
/** The leanest speech codecs in use need about this many bytes for a second. */
const AUDIO_BYTES_PER_SECOND_MIN = 1_000;
/** A page of a PDF document is hardly ever smaller. */
const DOCUMENT_BYTES_PER_PAGE_MIN = 2_000;
/** A document given by reference, whose size is not known, counts as this many pages. */
const DOCUMENT_PAGES_UNKNOWN = 100;

/** Upper estimate of the length of audio, in seconds, from the characters of its base64. */
export function audioSecondsOf(base64Chars: number): number {
  return Math.ceil(base64Chars / BASE64_GROWTH / AUDIO_BYTES_PER_SECOND_MIN);
}

/** Upper estimate of a document's pages from the characters of its base64; 0: it is a reference. */
export function documentPagesOf(base64Chars: number): number {
  if (base64Chars === 0) return DOCUMENT_PAGES_UNKNOWN;
  return Math.ceil(base64Chars / BASE64_GROWTH / DOCUMENT_BYTES_PER_PAGE_MIN);
}
