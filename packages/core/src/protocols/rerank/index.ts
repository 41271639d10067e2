import type { Dialect } from '../dialect.ts';
import { readChatError } from '../openai-chat/errors.ts';
import { createPassage, type Relay } from '../relay/index.ts';
import { readPassedAnswer } from '../whole/passed-answer.ts';
import { withModel } from '../whole/whole-call.ts';
import { createWholeDialect } from '../whole/whole-dialect.ts';
import { decodeRerank, type RerankCall, textOfRerank } from './decode.ts';
import { readRanking } from './read-answer.ts';
import { type RerankStyle, writeRerank } from './write-request.ts';

export type { RerankCall } from './decode.ts';
export type { RerankStyle } from './write-request.ts';

/** Ranking of documents by their relevance to a query. */
export const rerank: Dialect<RerankCall> = createWholeDialect<RerankCall>({
  name: 'rerank',
  decode: decodeRerank,
  withModel: ({ body, scanned }, model) => withModel(body, scanned, model),
  readWhole: (body, shownModel) => readPassedAnswer(body, 'results', shownModel),
  textOfRequest: textOfRerank,
});

/** The way to an upstream that ranks. */
export function createRerankRelay(style: RerankStyle): Relay<RerankCall> {
  const passage = createPassage(rerank);
  return {
    ...passage,
    name: `rerank-to-${style}`,
    writeRequest: (call, target) => writeRerank(call, target, style),
    readWhole: readRanking,
    // Who does not word errors as OpenAI does has a message in them all the same.
    readError: (body) => passage.readError(body) && readChatError(body),
  };
}
