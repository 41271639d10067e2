import { createHash } from 'node:crypto';
import type {
  AudioPart,
  Citation,
  Message,
  Part,
  ReasoningPart,
  RefusalPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '../neutral/parts.ts';
import type { Loss } from '../neutral/request.ts';
import {
  type ContentTarget,
  type WrittenPart,
  writeAudio,
  writeCitation,
  writeInput,
} from './content.ts';

/** The items of an input, and the parts that are not in it. */
export interface WrittenItems {
  readonly items: readonly object[];
  readonly losses: readonly Loss[];
}

/** Writes messages as items. */
export function writeItems(messages: readonly Message[], target: ContentTarget): WrittenItems {
  const losses: Loss[] = [];
  const items = messages.flatMap((message, at) => {
    const writer = new ItemWriter(message, target);
    for (const [part, each] of message.parts.entries()) {
      const reason = writer.take(each);
      if (reason !== undefined) losses.push({ message: at, part, reason });
    }
    return writer.finish();
  });
  return { items, losses };
}

/** Longer ids of calls are refused. */
const CALL_ID_CHARS_MAX = 64;

/**
 * The id of a call as the API takes it; another vendor's longer one in a form that is the same each
 * time, so that call and result still match.
 */
function writeCallId(id: string): string {
  if (id.length <= CALL_ID_CHARS_MAX) return id;
  return `call_${createHash('sha256').update(id).digest('hex').slice(0, 24)}`;
}

const VIDEO_LOST = 'this upstream takes no video';

/** Writes one message: content that stands together is one item, everything else an item of its own. */
class ItemWriter {
  readonly #items: object[] = [];
  readonly #message: Message;
  readonly #target: ContentTarget;
  #content: object[] = [];

  constructor(message: Message, target: ContentTarget) {
    this.#message = message;
    this.#target = target;
  }

  /** Why the part could not be written; undefined when it was. */
  take(part: Part): string | undefined {
    return this.#message.role === 'assistant' ? this.#takeOwn(part) : this.#takeGiven(part);
  }

  finish(): readonly object[] {
    this.#closeContent();
    return this.#items;
  }

  /** A part of what the user or an instruction says. */
  #takeGiven(part: Part): string | undefined {
    switch (part.type) {
      case 'text':
      case 'image':
        return this.#addContent(writeInput(part, this.#target));
      case 'file': {
        const lost = this.#addContent(writeInput(part, this.#target));
        return (
          lost ?? (part.wantsCitations ? 'citations of documents are not supported' : undefined)
        );
      }
      case 'audio':
        return this.#addContent(writeAudio(part.source));
      case 'video':
        return VIDEO_LOST;
      case 'toolResult':
        return this.#addResult(part);
      case 'refusal':
        return this.#addContent({ wire: { type: 'input_text', text: part.text } });
      default:
        return this.#takeRest(part);
    }
  }

  /** A part of what the model said. */
  #takeOwn(part: Part): string | undefined {
    switch (part.type) {
      case 'text':
        return this.#addContent({ wire: writeOutputText(part) });
      case 'refusal':
        return this.#addContent({ wire: writeRefusal(part) });
      case 'audio':
        return this.#addTranscript(part);
      case 'image':
        return this.#addDrawnImage(part);
      case 'file':
        return 'the model cannot have said a file here';
      case 'video':
        return VIDEO_LOST;
      case 'toolResult':
        return this.#addResult(part);
      default:
        return this.#takeRest(part);
    }
  }

  #takeRest(
    part: Exclude<
      Part,
      { type: 'text' | 'image' | 'file' | 'audio' | 'video' | 'toolResult' | 'refusal' }
    >,
  ): string | undefined {
    switch (part.type) {
      case 'toolCall':
        return this.#addItem(writeToolCall(part));
      case 'reasoning':
        return this.#addReasoning(part);
      case 'opaque':
        if (part.origin !== 'responses') return 'it means something to another vendor only';
        return this.#addItem(part.value as object);
    }
  }

  #addContent(written: WrittenPart): string | undefined {
    if ('lost' in written) return written.lost;
    this.#content.push(written.wire);
    return undefined;
  }

  #addItem(item: object): undefined {
    this.#closeContent();
    this.#items.push(item);
    return undefined;
  }

  #closeContent(): void {
    if (this.#content.length === 0) return;
    const { role, isDeveloper } = this.#message;
    this.#items.push({
      type: 'message',
      role: role === 'system' && isDeveloper ? 'developer' : role,
      content: this.#content,
    });
    this.#content = [];
  }

  #addTranscript({ transcript }: AudioPart): string | undefined {
    if (transcript === undefined) return 'the model cannot have spoken here';
    return this.#addContent({ wire: writeOutputText({ type: 'text', text: transcript }) });
  }

  #addDrawnImage({ source, seal }: Extract<Part, { type: 'image' }>): string | undefined {
    const isOwn = seal?.origin === 'responses' && seal.id !== undefined;
    if (!isOwn || source.kind !== 'data')
      return 'only images that this upstream drew can be sent back';
    const { data: result } = source;
    return this.#addItem({
      type: 'image_generation_call',
      id: seal.id,
      status: 'completed',
      result,
    });
  }

  /**
   * Thoughts go back only where this vendor sealed them. Their id is left out: the upstream would look
   * for a stored item, and nothing is stored there.
   */
  #addReasoning({ text, seal }: ReasoningPart): undefined {
    if (seal?.origin !== 'responses' || seal.data === '') return undefined;
    return this.#addItem({
      type: 'reasoning',
      summary: text === '' ? [] : [{ type: 'summary_text', text }],
      encrypted_content: seal.data,
    });
  }

  #addResult(part: ToolResultPart): string | undefined {
    const [first, ...others] = part.content;
    const isText = others.length === 0 && first?.type === 'text' && first.cache === undefined;
    const list = part.content.map((each) => writeInput(each, this.#target));
    const lost = list.find((each) => 'lost' in each);
    const output = isText
      ? first.text
      : list.flatMap((each) => ('wire' in each ? [each.wire] : []));
    this.#addItem({
      type: part.isCustom ? 'custom_tool_call_output' : 'function_call_output',
      call_id: writeCallId(part.callId),
      output: part.content.length === 0 ? '' : output,
    });
    return lost && 'lost' in lost ? lost.lost : undefined;
  }
}

function writeOutputText({ text, citations = [] }: TextPart): object {
  const annotations = citations
    .filter(isKnownHere)
    .map((citation) => writeCitation(citation, text.length));
  return { type: 'output_text', text, annotations };
}

/** A citation that the upstream can make sense of: its own, or one of the web. */
function isKnownHere({ raw, url }: Citation): boolean {
  return raw?.origin === 'responses' || url !== undefined;
}

function writeRefusal({ text }: RefusalPart): object {
  return { type: 'refusal', refusal: text };
}

function writeToolCall({ id, name, arguments: given, isCustom }: ToolCallPart): object {
  const callId = writeCallId(id);
  return isCustom
    ? { type: 'custom_tool_call', call_id: callId, name, input: given }
    : { type: 'function_call', call_id: callId, name, arguments: given };
}
