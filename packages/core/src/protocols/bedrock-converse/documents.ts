/** What Bedrock allows in a document's name, apart from single spaces. */
const FORBIDDEN = /[^A-Za-z0-9()[\]-]+/g;
const NAME_CHARS_MAX = 190;
const NAME_USUAL = 'document';

/** Gives documents names that Bedrock accepts: of plain characters, and different within a request. */
export interface DocumentNames {
  nameFor(fileName: string | undefined): string;
}

export function createDocumentNames(): DocumentNames {
  const taken = new Set<string>();
  return {
    nameFor(fileName) {
      const plain = plainName(fileName ?? '');
      let name = plain;
      for (let count = 2; taken.has(name); count++) name = `${plain} ${count}`;
      taken.add(name);
      return name;
    },
  };
}

function plainName(fileName: string): string {
  const stem = fileName.replace(/^.*[/\\]/, '').replace(/\.[A-Za-z0-9]{1,5}$/, '');
  const plain = stem.normalize('NFKD').replace(/\p{M}/gu, '').replace(FORBIDDEN, ' ').trim();
  return plain.slice(0, NAME_CHARS_MAX).trim() || NAME_USUAL;
}
