import type { Fields } from '../json/values.ts';
import type { Message, Part, ToolCallPart, ToolResultPart } from '../neutral/parts.ts';
import type { Loss } from '../neutral/request.ts';
import { writeCallId } from './call-ids.ts';
import type { ModelFamily } from './families.ts';
import { writeDetail, writeSignature, writeTextSeal } from './reasoning.ts';
import { plainText, writeCache, writePart } from './write-content.ts';

/** Between the texts of a message where the upstream takes but one. */
const PARAGRAPH = '\n\n';

/** Writes messages and notes what of them is lost. */
export class MessageWriter {
  readonly losses: Loss[] = [];
  readonly #family: ModelFamily;
  #message = 0;

  constructor(family: ModelFamily) {
    this.#family = family;
  }

  write(messages: readonly Message[]): Fields[] {
    return messages.flatMap((message, index) => {
      this.#message = index;
      return this.#writeMessage(message);
    });
  }

  #writeMessage(message: Message): Fields[] {
    const name = message.name === undefined ? {} : { name: message.name };
    switch (message.role) {
      case 'system': {
        const role = message.isDeveloper && this.#family.isOpenAi ? 'developer' : 'system';
        return [{ role, content: this.#content(message.parts, message.parts), ...name }];
      }
      case 'user':
        return this.#writeUser(message.parts, name);
      case 'assistant':
        return [{ ...this.#writeAssistant(message.parts), ...name }];
    }
  }

  /** Results come first: they have to follow the calls at once. */
  #writeUser(parts: readonly Part[], name: Fields): Fields[] {
    const results = parts.filter((part) => part.type === 'toolResult');
    const others = parts.filter((part) => part.type !== 'toolResult');
    const written = results.map((result) => this.#writeResult(result));
    const media = results.flatMap((result) => this.#mediaOfResult(result, parts.indexOf(result)));
    if (media.length > 0) written.push({ role: 'user', content: media });
    if (others.length > 0 || parts.length === 0) {
      written.push({ role: 'user', content: this.#content(others, parts), ...name });
    }
    return written;
  }

  #writeResult({ callId, content, cache }: ToolResultPart): Fields {
    const texts = content.filter((part) => part.type === 'text');
    const text = texts.map((part) => part.text).join(PARAGRAPH);
    const breakpoint = writeCache(cache, this.#family);
    const hasMedia = texts.length < content.length;
    const shown = text === '' && hasMedia ? 'The result follows in the next message.' : text;
    return {
      role: 'tool',
      tool_call_id: writeCallId(callId, this.#family),
      content: breakpoint.cache_control ? [{ type: 'text', text: shown, ...breakpoint }] : shown,
    };
  }

  /** Messages of tools are text only: images in results become a message of the user. */
  #mediaOfResult({ callId, content }: ToolResultPart, place: number): Fields[] {
    const media = content.filter((part) => part.type !== 'text');
    if (media.length === 0) return [];
    const id = writeCallId(callId, this.#family);
    const head = { type: 'text', text: `Content of the result of ${id}:` };
    return [head, ...media.flatMap((part) => this.#part(part, place))];
  }

  #writeAssistant(given: readonly Part[]): Fields {
    // Only OpenAI has a place for refusals; elsewhere they are what the model said.
    const parts = this.#family.isOpenAi ? given : given.map(sayRefusal);
    const calls = parts.filter((part) => part.type === 'toolCall');
    const said = parts.filter(isSaid);
    const refusal = parts.find((part) => part.type === 'refusal');
    const audio = parts.find((part) => part.type === 'audio');
    return {
      role: 'assistant',
      content: said.length === 0 ? null : this.#said(said, parts),
      ...(refusal?.type === 'refusal' && { refusal: refusal.text }),
      ...(audio && this.#spoken(audio, parts.indexOf(audio))),
      ...this.#thoughts(parts, calls.length > 0),
      ...(calls.length > 0 && { tool_calls: calls.map((call) => this.#call(call)) }),
    };
  }

  #said(said: readonly Part[], all: readonly Part[]): unknown {
    const text = plainText(said, this.#family, '');
    return text ?? said.flatMap((part) => this.#answerPart(part, all.indexOf(part)));
  }

  #spoken(part: Part, place: number): Fields {
    if (part.type === 'audio' && part.source.kind === 'file' && part.source.origin === 'chat') {
      return { audio: { id: part.source.id } };
    }
    this.#lose(place, 'a spoken answer can only be referred to by the id that its vendor gave it');
    return {};
  }

  /** Seals go back to where they came from; plain thoughts to models that want them back. */
  #thoughts(parts: readonly Part[], hasCalls: boolean): Fields {
    const thoughts = parts.filter((part) => part.type === 'reasoning');
    const sealed = thoughts.filter((part) => part.seal?.origin === 'chat');
    const details = sealed.map((part, index) => writeDetail(part, index));
    for (const part of parts) {
      if (part.type === 'text' && part.seal?.origin === 'chat') {
        details.push(writeTextSeal(part.seal, details.length));
      }
    }
    const plain = thoughts.map((part) => part.text).join('');
    // These models refuse a call of theirs without any thought before it, even one that is not theirs.
    const needed = plain === '' && hasCalls ? ' ' : plain;
    return {
      ...(this.#family.keepsThoughts && needed !== '' && { reasoning_content: needed }),
      ...(details.length > 0 && { reasoning_details: details }),
    };
  }

  #call({ id, name, arguments: given, isCustom, seal }: ToolCallPart): Fields {
    const rest = seal?.origin === 'chat' ? writeSignature(seal) : {};
    const callId = writeCallId(id, this.#family);
    if (isCustom) return { id: callId, type: 'custom', custom: { name, input: given }, ...rest };
    const text = given === '' ? '{}' : given;
    return { id: callId, type: 'function', function: { name, arguments: text }, ...rest };
  }

  /** The content of a message: text as a string where it can be one, else a list of parts. */
  #content(parts: readonly Part[], all: readonly Part[]): unknown {
    const text = plainText(parts, this.#family, PARAGRAPH);
    return text ?? parts.flatMap((part) => this.#part(part, all.indexOf(part)));
  }

  #answerPart(part: Part, place: number): Fields[] {
    if (part.type !== 'image' || !this.#family.isOpenAi) return this.#part(part, place);
    this.#lose(place, 'an image that an assistant made cannot be sent back as its own');
    return [];
  }

  #part(part: Part, place: number): Fields[] {
    const written = writePart(part, this.#family);
    if ('fields' in written) return [written.fields];
    this.#lose(place, written.loss);
    return [];
  }

  #lose(part: number, reason: string): void {
    this.losses.push({ message: this.#message, part, reason });
  }
}

function sayRefusal(part: Part): Part {
  return part.type === 'refusal' ? { type: 'text', text: part.text } : part;
}

/** Whether a part of an answer stands in its content. */
function isSaid({ type }: Part): boolean {
  return type !== 'toolCall' && type !== 'reasoning' && type !== 'refusal' && type !== 'audio';
}
