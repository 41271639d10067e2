/** The shapes that Google's image models know, width to height. */
const RATIOS: readonly (readonly [name: string, ratio: number])[] = [
  ['1:1', 1],
  ['2:3', 2 / 3],
  ['3:2', 3 / 2],
  ['3:4', 3 / 4],
  ['4:3', 4 / 3],
  ['4:5', 4 / 5],
  ['5:4', 5 / 4],
  ['9:16', 9 / 16],
  ['16:9', 16 / 9],
  ['21:9', 21 / 9],
];

const SIZE = /^(\d{1,5})x(\d{1,5})$/;

/** The known shape that is nearest to a size such as `1536x1024`; undefined for any other text. */
export function aspectRatioOf(size: string, among?: readonly string[]): string | undefined {
  const match = SIZE.exec(size);
  const [width, height] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || width === 0 || height === 0) return undefined;
  const wanted = Math.log(width / height);
  const known = RATIOS.filter(([name]) => among?.includes(name) ?? true);
  const distance = (ratio: number): number => Math.abs(Math.log(ratio) - wanted);
  return known.reduce((best, next) => (distance(next[1]) < distance(best[1]) ? next : best))[0];
}

/** The longer edge in pixels; undefined for a text that is no size. */
export function longEdgeOf(size: string): number | undefined {
  const match = SIZE.exec(size);
  return match ? Math.max(Number(match[1]), Number(match[2])) : undefined;
}
