import type { Dialect } from '../dialect.ts';
import { readPassedAnswer } from '../whole/passed-answer.ts';
import { type WholeCall, withModel } from '../whole/whole-call.ts';
import { createWholeDialect } from '../whole/whole-dialect.ts';
import { decodeModeration, textOfModeration } from './decode.ts';

/** OpenAI's moderations on both sides: bytes pass through but for the model's name. */
export const openaiModerations: Dialect<WholeCall> = createWholeDialect<WholeCall>({
  name: 'openai-moderations',
  decode: decodeModeration,
  // A name is always told: what is asked for must be what has the price.
  withModel: ({ body, scanned }, model) => withModel(body, scanned, model),
  readWhole: (body, shownModel) => readPassedAnswer(body, 'results', shownModel),
  textOfRequest: textOfModeration,
});
