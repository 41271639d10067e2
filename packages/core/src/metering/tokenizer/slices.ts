/**
 * Longest run without a change between space and non-space that is merged as one piece. Byte pair
 * merging takes quadratic time in such a run: 64 KB of one letter took 6 s uncut, 30 ms cut.
 */
const RUN_CHARS_MAX = 128;

/**
 * Cuts text so that no slice has a longer run; ordinary text stays in one piece. Each cut adds at
 * most a token or two to the count.
 */
export function slices(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let runStart = 0;
  let runIsSpace = false;
  for (let i = 0; i < text.length; i++) {
    const isSpace = isSpaceCode(text.charCodeAt(i));
    if (isSpace !== runIsSpace) {
      runIsSpace = isSpace;
      runStart = i;
    } else if (i - runStart >= RUN_CHARS_MAX && !isLowSurrogate(text.charCodeAt(i))) {
      parts.push(text.slice(start, i));
      start = i;
      runStart = i;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function isSpaceCode(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
