import type { ClientDialect } from '../dialect.ts';
import { decodeSpeech, type SpeechCall } from './speech-decode.ts';
import { textOfTranscript } from './transcript-answer.ts';
import { decodeTranscript, type TranscriptCall, type TranscriptTask } from './transcript-decode.ts';

export { wavHeader } from './audio-sinks.ts';
export type { SpeechCall } from './speech-decode.ts';
export { geminiSpeech, speechPassage } from './speech-relays.ts';
export {
  TRANSCRIPT_FORMATS,
  type TranscriptCall,
  type TranscriptTask,
} from './transcript-decode.ts';
export { transcriptPassage } from './transcript-relay.ts';

/** How clients of OpenAI's speech endpoint speak. */
export const speechDialect: ClientDialect<SpeechCall> = {
  name: 'openai-speech',
  decode: (raw, path) => decodeSpeech(raw, path),
  textOfRequest: ({ input, instructions = '' }) => `${instructions}${input}`,
  textOfAnswer: () => '',
  errorEvent,
};

/** How clients of one of OpenAI's endpoints for transcripts speak. */
export function createTranscriptDialect(task: TranscriptTask): ClientDialect<TranscriptCall> {
  return {
    name: `openai-${task}`,
    decode: (raw, path, form) => decodeTranscript(task, raw, { path, form }),
    textOfRequest: ({ prompt }) => prompt,
    textOfAnswer: textOfTranscript,
    errorEvent,
  };
}

function errorEvent(body: object): Buffer {
  return Buffer.from(`data: ${JSON.stringify(body)}\n\n`);
}
