import { makersName } from '../model-names.ts';
import { DATED_CLAUDE, type Publisher } from './quirks.ts';

const DATE = /-(\d{8})$/;
const MAKER = /^(?:publishers\/)?([a-z0-9-]+)\//;

/** Whose model a name means, with or without a maker's prefix. */
export function publisherOf(model: string): Publisher {
  const maker = MAKER.exec(model)?.[1];
  if (maker === 'anthropic' || (maker === undefined && model.startsWith('claude'))) {
    return 'anthropic';
  }
  return maker === undefined || maker === 'google' ? 'google' : 'open';
}

/** The name of a model at Vertex AI: Claude models carry their date behind an `@`. */
export function vertexName(canonical: string, spelled: string): string {
  if (publisherOf(spelled) === 'open') return spelled;
  const name = makersName(canonical, spelled);
  if (publisherOf(canonical) !== 'anthropic') return name;
  if (DATE.test(name)) return name.replace(DATE, '@$1');
  return DATED_CLAUDE.get(name) ?? name;
}
