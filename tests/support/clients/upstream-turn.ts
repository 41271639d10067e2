import type { FamilyName } from '@meridian/testkit';
import type { SaidCall } from './answers.ts';

/** What a request tells its upstream of the turns before. */
export interface UpstreamTurn {
  readonly calls: readonly SaidCall[];
  readonly results: readonly { readonly id: string; readonly text: string }[];
  readonly seals: readonly string[];
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads any field of any vendor.
type Fields = Record<string, any>;

const list = (value: unknown): Fields[] => (Array.isArray(value) ? (value as Fields[]) : []);
const present = (...values: unknown[]): string[] =>
  values.filter((value): value is string => typeof value === 'string');
const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

/** Reads the turns before out of a request of a family. */
export function readTurn(family: FamilyName, body: unknown): UpstreamTurn {
  return READERS[family](body as Fields);
}

const READERS: Readonly<Record<FamilyName, (body: Fields) => UpstreamTurn>> = {
  chat({ messages }) {
    const calls = list(messages).flatMap(({ tool_calls }) => list(tool_calls));
    const details = list(messages).flatMap((message) => list(message.reasoning_details));
    return {
      calls: calls.map(({ id, function: { name, arguments: given } }) => ({
        id,
        name,
        arguments: JSON.parse(given),
      })),
      results: list(messages)
        .filter(({ role }) => role === 'tool')
        .map(({ tool_call_id: id, content }) => ({ id, text: textOf(content) })),
      seals: details.flatMap(({ signature, data }) => present(signature, data)),
    };
  },
  responses({ input }) {
    return {
      calls: list(input)
        .filter(({ type }) => type === 'function_call')
        .map(({ call_id: id, name, arguments: given }) => ({
          id,
          name,
          arguments: JSON.parse(given),
        })),
      results: list(input)
        .filter(({ type }) => type === 'function_call_output')
        .map(({ call_id: id, output }) => ({ id, text: textOf(output) })),
      seals: list(input).flatMap(({ encrypted_content: seal }) => present(seal)),
    };
  },
  messages({ messages }) {
    const blocks = list(messages).flatMap(({ content }) => list(content));
    return {
      calls: blocks
        .filter(({ type }) => type === 'tool_use')
        .map(({ id, name, input }) => ({ id, name, arguments: input })),
      results: blocks
        .filter(({ type }) => type === 'tool_result')
        .map(({ tool_use_id: id, content }) => ({ id, text: textOf(content) })),
      seals: blocks.flatMap(({ type, signature, data }) =>
        present(signature, type === 'redacted_thinking' && data),
      ),
    };
  },
  gemini({ contents }) {
    const parts = list(contents).flatMap((content) => list(content.parts));
    return {
      calls: parts
        .filter(({ functionCall }) => functionCall)
        .map(({ functionCall: { id, name, args = {} } }) => ({ id, name, arguments: args })),
      results: parts
        .filter(({ functionResponse }) => functionResponse)
        .map(({ functionResponse: { id, response } }) => ({ id, text: textOf(response) })),
      seals: parts.flatMap(({ thoughtSignature: seal }) => present(seal)),
    };
  },
  converse({ messages }) {
    const blocks = list(messages).flatMap(({ content }) => list(content));
    return {
      calls: blocks
        .filter(({ toolUse }) => toolUse)
        .map(({ toolUse: { toolUseId: id, name, input } }) => ({ id, name, arguments: input })),
      results: blocks
        .filter(({ toolResult }) => toolResult)
        .map(({ toolResult: { toolUseId: id, content } }) => ({ id, text: textOf(content) })),
      seals: blocks.flatMap(({ reasoningContent }) =>
        present(reasoningContent?.reasoningText?.signature, reasoningContent?.redactedContent),
      ),
    };
  },
};
