import { readdirSync, readFileSync } from 'node:fs';
import { type Catalog, createCatalog } from './catalog.ts';
import { type CatalogFile, catalogFile } from './schema.ts';

const DATA = new URL('./data/', import.meta.url);

/** Reads and checks the shipped data files; throws when one is not sound. */
export function loadCatalog(): Catalog {
  const names = readdirSync(DATA).filter((name) => name.endsWith('.json'));
  return createCatalog(names.sort().map(readCatalogFile));
}

function readCatalogFile(name: string): CatalogFile {
  try {
    return catalogFile.parse(JSON.parse(readFileSync(new URL(name, DATA), 'utf8')));
  } catch (cause) {
    throw new Error(`catalog file ${name} is not valid`, { cause });
  }
}
