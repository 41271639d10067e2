import { withField } from '../form/form.ts';
import type { Relay } from '../relay/index.ts';
import { isErrorBody } from '../relay/relay.ts';
import { openTranscriptStream, readTranscript } from './transcript-answer.ts';
import type { TranscriptCall } from './transcript-decode.ts';

const EMPTY = Buffer.alloc(0);

/** Transcripts between clients and upstreams that both speak as OpenAI does: the form goes on. */
export const transcriptPassage: Relay<TranscriptCall> = {
  name: 'openai-transcripts',
  writeRequest: ({ form }, { model }) => ({
    body: EMPTY,
    form: withField(form, 'model', model),
    losses: [],
  }),
  readWhole: readTranscript,
  openStream: openTranscriptStream,
  readError: (body) => (isErrorBody(body) ? undefined : { message: body.toString('utf8') }),
};
