// The same conversation in the words of every client.

// biome-ignore lint/suspicious/noExplicitAny: a test reads any field.
export type Fields = Record<string, any>;

const SYSTEM = 'Answer in one sentence.';
const QUESTION = 'What is the weather in this town?';
const IMAGE = 'iVBORw0KGgo=';
const RESULT = 'Rain, 12 degrees.';
const DESCRIPTION = 'The weather of a city.';
const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const ARGUMENTS = { city: 'Porto' };
const AGAIN = 'And now?';
const DONE = 'done';

const USER = { role: 'user', content: AGAIN };

export const richChat = {
  model: 'm',
  max_tokens: 500,
  temperature: 0.5,
  tools: [
    {
      type: 'function',
      function: { name: 'get_weather', description: DESCRIPTION, parameters: SCHEMA },
    },
  ],
  tool_choice: 'auto',
  messages: [
    { role: 'system', content: SYSTEM },
    {
      role: 'user',
      content: [
        { type: 'text', text: QUESTION },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${IMAGE}` } },
      ],
    },
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        {
          id: 'call_1',
          type: 'function',
          function: { name: 'get_weather', arguments: JSON.stringify(ARGUMENTS) },
        },
      ],
    },
    { role: 'tool', tool_call_id: 'call_1', content: RESULT },
    USER,
  ],
};

export const richResponses = {
  model: 'm',
  max_output_tokens: 500,
  temperature: 0.5,
  instructions: SYSTEM,
  tools: [
    {
      type: 'function',
      name: 'get_weather',
      description: DESCRIPTION,
      parameters: SCHEMA,
      strict: false,
    },
  ],
  tool_choice: 'auto',
  input: [
    {
      role: 'user',
      content: [
        { type: 'input_text', text: QUESTION },
        { type: 'input_image', image_url: `data:image/png;base64,${IMAGE}` },
      ],
    },
    {
      type: 'function_call',
      call_id: 'call_1',
      name: 'get_weather',
      arguments: JSON.stringify(ARGUMENTS),
    },
    { type: 'function_call_output', call_id: 'call_1', output: RESULT },
    USER,
  ],
};

export const richMessages = {
  model: 'm',
  max_tokens: 500,
  temperature: 0.5,
  system: SYSTEM,
  tools: [{ name: 'get_weather', description: DESCRIPTION, input_schema: SCHEMA }],
  tool_choice: { type: 'auto' },
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: QUESTION },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: IMAGE } },
      ],
    },
    {
      role: 'assistant',
      content: [{ type: 'tool_use', id: 'call_1', name: 'get_weather', input: ARGUMENTS }],
    },
    {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 'call_1', content: RESULT }],
    },
    USER,
  ],
};

export const richGemini = {
  systemInstruction: { parts: [{ text: SYSTEM }] },
  generationConfig: { maxOutputTokens: 500, temperature: 0.5 },
  tools: [
    {
      functionDeclarations: [
        { name: 'get_weather', description: DESCRIPTION, parametersJsonSchema: SCHEMA },
      ],
    },
  ],
  toolConfig: { functionCallingConfig: { mode: 'AUTO' } },
  contents: [
    {
      role: 'user',
      parts: [{ text: QUESTION }, { inlineData: { mimeType: 'image/png', data: IMAGE } }],
    },
    {
      role: 'model',
      parts: [{ functionCall: { id: 'call_1', name: 'get_weather', args: ARGUMENTS } }],
    },
    {
      role: 'user',
      parts: [
        { functionResponse: { id: 'call_1', name: 'get_weather', response: { output: RESULT } } },
      ],
    },
    { role: 'user', parts: [{ text: AGAIN }] },
  ],
};

/** A chat request that goes on behind an answer. */
export function echoChat({ choices }: Fields): object {
  const { message } = choices[0];
  const results = (message.tool_calls ?? []).map(({ id }: Fields) => ({
    role: 'tool',
    tool_call_id: id,
    content: DONE,
  }));
  return { model: 'm', messages: [USER, message, ...(results.length > 0 ? results : [USER])] };
}

/** A request of the Responses API that goes on behind an answer. */
export function echoResponses({ output }: Fields): object {
  const results = output
    .filter(({ type }: Fields) => type === 'function_call')
    .map((call: Fields) => ({
      type: 'function_call_output',
      call_id: call.call_id,
      output: DONE,
    }));
  return { model: 'm', input: [USER, ...output, ...(results.length > 0 ? results : [USER])] };
}

/** A request of the Messages API that goes on behind an answer. */
export function echoMessages({ content }: Fields): object {
  const results = content
    .filter(({ type }: Fields) => type === 'tool_use')
    .map(({ id }: Fields) => ({ type: 'tool_result', tool_use_id: id, content: DONE }));
  const next = results.length > 0 ? { role: 'user', content: results } : USER;
  return { model: 'm', max_tokens: 500, messages: [USER, { role: 'assistant', content }, next] };
}

/** A request of Gemini's API that goes on behind an answer. */
export function echoGemini({ candidates }: Fields): object {
  const { content } = candidates[0];
  const results = content.parts.flatMap(({ functionCall: call }: Fields) =>
    call ? [{ functionResponse: { ...call, args: undefined, response: { output: DONE } } }] : [],
  );
  const question = { role: 'user', parts: [{ text: AGAIN }] };
  const next = results.length > 0 ? { role: 'user', parts: results } : question;
  return { contents: [question, content, next] };
}
