/** Takes an event of an output as it grows. What is handed over changes afterwards: use it at once. */
export type EmitEvent = (type: string, fields: object) => void;

/** Whether an item was finished, or cut. */
export type Ending = 'completed' | 'incomplete';

/** An item of the output, as it is so far. */
export interface OutputItem<T extends object = object> {
  readonly place: number;
  readonly id: string;
  readonly value: T;
}

interface MessageValue {
  readonly id: string;
  readonly type: 'message';
  status: string;
  readonly role: 'assistant';
  readonly content: object[];
}

interface OpenMessage extends OutputItem<MessageValue> {
  /** Contents that still grow. */
  growing: number;
}

/** A content of a message, and where events say that it is. */
export interface MessageContent<T extends object> {
  readonly message: OpenMessage;
  readonly at: {
    readonly item_id: string;
    readonly output_index: number;
    readonly content_index: number;
  };
  readonly part: T;
}

/** The items of a response in their order. Contents that follow each other share one message. */
export class ResponseOutput {
  readonly items: object[] = [];
  readonly emit: EmitEvent;
  readonly #idOf: (prefix: string, place: number) => string;
  #message: OpenMessage | undefined;

  constructor(emit: EmitEvent, idOf: (prefix: string, place: number) => string) {
    this.emit = emit;
    this.#idOf = idOf;
  }

  /** Begins an item that is no message; `id` where the item has one already. */
  start<T extends object>(prefix: string, make: (id: string) => T, id?: string): OutputItem<T> {
    this.endMessage('completed');
    return this.#start(make, id ?? this.#idOf(prefix, this.items.length));
  }

  end({ place, value }: OutputItem): void {
    this.emit('response.output_item.done', { output_index: place, item: value });
  }

  /** An item that is complete as it stands. */
  add(prefix: string, make: (id: string) => object): void {
    this.end(this.start(prefix, make));
  }

  startContent<T extends object>(part: T): MessageContent<T> {
    const message = this.#openMessage();
    const { place, id, value } = message;
    const at = { item_id: id, output_index: place, content_index: value.content.length };
    message.growing++;
    this.emit('response.content_part.added', { ...at, part });
    value.content.push(part);
    return { message, at, part };
  }

  endContent({ message, at, part }: MessageContent<object>, ending: Ending): void {
    this.emit('response.content_part.done', { ...at, part });
    message.growing--;
    const isLeft = message !== this.#message && message.growing === 0;
    if (isLeft) this.#finishMessage(message, ending);
  }

  /** No further content joins the message; it ends now, or with the last content that still grows. */
  endMessage(ending: Ending): void {
    const message = this.#message;
    this.#message = undefined;
    if (message?.growing === 0) this.#finishMessage(message, ending);
  }

  #finishMessage(message: OpenMessage, ending: Ending): void {
    message.value.status = ending;
    this.end(message);
  }

  #openMessage(): OpenMessage {
    const place = this.items.length;
    this.#message ??= {
      ...this.#start(
        (id): MessageValue => ({
          id,
          type: 'message',
          status: 'in_progress',
          role: 'assistant',
          content: [],
        }),
        this.#idOf('msg', place),
      ),
      growing: 0,
    };
    return this.#message;
  }

  #start<T extends object>(make: (id: string) => T, id: string): OutputItem<T> {
    const place = this.items.length;
    const value = make(id);
    this.items.push(value);
    this.emit('response.output_item.added', { output_index: place, item: value });
    return { place, id, value };
  }
}
