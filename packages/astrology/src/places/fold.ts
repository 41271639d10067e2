const ACCENTS = /[\u0300-\u036f]/g;
const NOT_IN_A_NAME = /[^\p{L}\p{M}\p{N}]/gu;

/**
 * A name as it is searched for: small letters without accents, spaces and punctuation. The signs of
 * Indian scripts stay.
 */
export function foldName(name: string): string {
  return name
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ø', 'o')
    .replaceAll('ł', 'l')
    .replace(NOT_IN_A_NAME, '');
}
