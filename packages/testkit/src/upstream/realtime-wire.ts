/** Tokens that an upstream reports for a response of a realtime session. */
export interface RealtimeTokens {
  readonly inputText?: number;
  readonly inputAudio?: number;
  readonly cachedText?: number;
  readonly cachedAudio?: number;
  readonly outputText?: number;
  readonly outputAudio?: number;
}

/** An event as it is sent. */
export type WireEvent = Readonly<Record<string, unknown>> & { readonly type: string };

/** The usage of a response in the words of the Realtime API; cached tokens are among the others. */
export function realtimeUsage(tokens: RealtimeTokens): object {
  const { inputText = 0, inputAudio = 0, cachedText = 0, cachedAudio = 0 } = tokens;
  const { outputText = 0, outputAudio = 0 } = tokens;
  const input = inputText + inputAudio;
  const output = outputText + outputAudio;
  return {
    total_tokens: input + output,
    input_tokens: input,
    output_tokens: output,
    input_token_details: {
      text_tokens: inputText,
      audio_tokens: inputAudio,
      image_tokens: 0,
      cached_tokens: cachedText + cachedAudio,
      cached_tokens_details: {
        text_tokens: cachedText,
        audio_tokens: cachedAudio,
        image_tokens: 0,
      },
    },
    output_token_details: { text_tokens: outputText, audio_tokens: outputAudio },
  };
}

/** What a scripted response says. */
export interface RealtimeAnswer {
  /** Deltas of a written answer, or of what is said. */
  readonly text?: readonly string[];
  /** Deltas of audio, in bytes of PCM. */
  readonly audio?: readonly Buffer[];
  readonly usage: RealtimeTokens;
  readonly status?: string;
  /** Null for a response that stays out of the conversation. */
  readonly conversation?: string | null;
}

/** The beginning of a response. */
export function responseCreated(id: string, conversation: string | null = 'conv_1'): WireEvent {
  const response = { ...{ object: 'realtime.response', id }, status: 'in_progress' };
  const empty = { output: [], usage: null, metadata: null };
  return {
    type: 'response.created',
    event_id: `event_${id}_created`,
    response: { ...response, ...empty, conversation_id: conversation },
  };
}

/** What comes of a response in between. */
export function responseDeltas(id: string, { text = [], audio = [] }: RealtimeAnswer): WireEvent[] {
  const item = { object: 'realtime.item', id: `item_${id}`, type: 'message', role: 'assistant' };
  const place = { response_id: id, item_id: item.id, output_index: 0, content_index: 0 };
  const isSpoken = audio.length > 0;
  const name = isSpoken ? 'output_audio_transcript' : 'output_text';
  const said = text.map((delta) => ({ type: `response.${name}.delta`, ...place, delta }));
  const heard = audio.map((bytes) => ({
    ...{ type: 'response.output_audio.delta', ...place },
    delta: bytes.toString('base64'),
  }));
  const added = { type: 'response.output_item.added', response_id: id, output_index: 0, item };
  const events: WireEvent[] = [added, ...said, ...heard];
  return events.map((event, i) => ({ event_id: `event_${id}_${i}`, ...event }));
}

/** The end of a response with its usage. */
export function responseDone(id: string, answer: RealtimeAnswer): WireEvent {
  const { usage, status = 'completed', conversation = 'conv_1', text = [] } = answer;
  const content = [{ type: 'output_text', text: text.join('') }];
  const item = { id: `item_${id}`, type: 'message', role: 'assistant', content };
  return {
    type: 'response.done',
    event_id: `event_${id}_done`,
    response: {
      ...{ object: 'realtime.response', id, status, status_details: null, metadata: null },
      ...{ output: [item], conversation_id: conversation, usage: realtimeUsage(usage) },
    },
  };
}
