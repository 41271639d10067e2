/** `uttara_ashadha` as people write it in English. */
export function titleOf(key: string): string {
  return key
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}

/** Cut, never rounded, to so many decimals: a degree stays in its sign. */
export function cut(value: number, decimals = 2): number {
  const scale = 10 ** decimals;
  return Math.trunc(value * scale) / scale;
}
