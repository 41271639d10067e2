/** One event of a chat stream out of the JSON text of its fields. */
export function event(fields: string): string {
  return `data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m",${fields}}\n\n`;
}

/** An event with a piece of the text. */
export function content(text: string, more = ''): string {
  const delta = JSON.stringify({ content: text });
  return event(`"choices":[{"index":0,"delta":${delta},"finish_reason":null}]${more}`);
}

/** The event that begins a message. */
export const START = event(
  '"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]',
);

/** The event that ends a message; `more` goes behind its choices. */
export function finish(more = ''): string {
  return event(`"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]${more}`);
}

/** The text of a usage. */
export function usage(input: number, output: number): string {
  return `"usage":{"prompt_tokens":${input},"completion_tokens":${output},"total_tokens":${input + output}}`;
}

/** The event that is nothing but a usage. */
export function bareUsage(input: number, output: number): string {
  return event(`"choices":[],${usage(input, output)}`);
}

export const DONE = 'data: [DONE]\n\n';
