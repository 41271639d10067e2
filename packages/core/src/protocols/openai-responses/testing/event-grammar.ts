// A judge of written streams: the order of events, their numbers, and that the deltas add up.
import assert from 'node:assert/strict';

/** An event as a client reads it. */
export interface WireEvent {
  readonly type: string;
  readonly sequence_number: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads any field.
  readonly [field: string]: any;
}

type Item = Record<string, unknown> & {
  id: string;
  type: string;
  content?: Record<string, unknown>[];
  summary?: Record<string, unknown>[];
};

const TERMINAL = /^response\.(completed|incomplete|failed)$/;

/** The events of a stream; each has its type as its name too. */
export function readEvents(text: string): readonly WireEvent[] {
  assert.ok(text === '' || text.endsWith('\n\n'));
  return text
    .split('\n\n')
    .slice(0, -1)
    .map((frame) => {
      const [name = '', data = '', ...rest] = frame.split('\n');
      assert.deepEqual(rest, []);
      assert.ok(name.startsWith('event: ') && data.startsWith('data: '), frame);
      const event = JSON.parse(data.slice(6)) as WireEvent;
      assert.equal(name, `event: ${event.type}`);
      return event;
    });
}

/** Judges a whole stream and returns its final response. */
export function judgeStream(text: string): WireEvent {
  const events = readEvents(text);
  const judge = new StreamJudge();
  for (const [at, event] of events.entries()) {
    assert.equal(event.sequence_number, at, 'sequence numbers count from 0 without a gap');
    judge.take(event, at);
  }
  return judge.final();
}

class StreamJudge {
  readonly #items: Item[] = [];
  readonly #done = new Set<string>();
  #created: Record<string, unknown> | undefined;
  #last: WireEvent | undefined;

  take(event: WireEvent, at: number): void {
    assert.ok(!this.#last, `nothing follows ${this.#last?.type}`);
    if (at < 2) this.#begin(event, at);
    else if (TERMINAL.test(event.type)) this.#end(event);
    else if (event.type === 'response.output_item.added') this.#added(event);
    else if (event.type !== 'error') this.#inside(event, this.#itemOf(event));
  }

  #inside(event: WireEvent, item: Item): void {
    if (event.type === 'response.output_item.done') this.#itemDone(event, item);
    else {
      assert.equal(event.item_id, item.id);
      const [, , verb = ''] = /^response\.(.+)\.(\w+)$/.exec(event.type) ?? [];
      this.#grow(event, item, verb);
    }
  }

  final(): WireEvent {
    assert.ok(this.#last, 'a stream ends with the response');
    return this.#last;
  }

  #begin({ type, response }: WireEvent, at: number): void {
    assert.equal(type, at === 0 ? 'response.created' : 'response.in_progress');
    assert.equal(response.status, 'in_progress');
    assert.deepEqual(response.output, []);
    assert.equal(response.usage, null);
    this.#created ??= response;
    assert.deepEqual(response, this.#created);
  }

  #added({ output_index: index, item }: WireEvent): void {
    assert.equal(index, this.#items.length, 'items come in the order of the output');
    assert.ok(item.status === undefined || /^(in_progress|completed)$/.test(item.status));
    assert.ok(!this.#items.some(({ id }) => id === item.id), 'ids are unique');
    this.#items.push(structuredClone(item));
  }

  #itemOf(event: WireEvent): Item {
    const item = this.#items[event.output_index];
    assert.ok(item, `${event.type} belongs to an item that was added`);
    assert.ok(!this.#done.has(item.id), `${event.type} comes before the item is done`);
    return item;
  }

  /** What is done says nothing that was not told before, but for the status and what is sealed. */
  #itemDone({ item: done }: WireEvent, item: Item): void {
    const { status: _, encrypted_content: __, result: ___, ...told } = item;
    const { status, encrypted_content, result, ...said } = done;
    assert.deepEqual(said, told);
    assert.ok([undefined, 'completed', 'incomplete', 'failed'].includes(status));
    for (const part of item.content ?? []) {
      assert.ok(this.#done.has(`${item.id}/${item.content?.indexOf(part)}`), 'contents are done');
    }
    this.#done.add(item.id);
    Object.assign(item, done, { encrypted_content, result });
  }

  #grow(event: WireEvent, item: Item, verb: string): void {
    switch (event.type) {
      case 'response.content_part.added':
        assert.equal(event.content_index, item.content?.length);
        item.content?.push(structuredClone(event.part));
        return;
      case 'response.content_part.done':
        assert.deepEqual(event.part, this.#content(event, item));
        this.#done.add(`${item.id}/${event.content_index}`);
        return;
      case 'response.output_text.annotation.added': {
        const annotations = this.#content(event, item).annotations as unknown[];
        assert.equal(event.annotation_index, annotations.length);
        annotations.push(event.annotation);
        return;
      }
      case 'response.reasoning_summary_part.added':
        assert.equal(event.summary_index, item.summary?.length);
        item.summary?.push(structuredClone(event.part));
        return;
      case 'response.reasoning_summary_part.done':
        assert.deepEqual(event.part, item.summary?.[event.summary_index]);
        return;
      default:
        if (verb === 'delta') this.#delta(event, item);
        else if (verb === 'done') this.#textDone(event, item);
        else assert.match(event.type, /^response\.image_generation_call\./);
    }
  }

  #delta(event: WireEvent, item: Item): void {
    const [holder, field] = this.#place(event, item);
    holder[field] = `${holder[field]}${event.delta}`;
    if (event.type !== 'response.output_text.delta') return;
    assert.ok(Array.isArray(event.logprobs));
    (holder.logprobs as unknown[]).push(...event.logprobs);
  }

  #textDone(event: WireEvent, item: Item): void {
    const [holder, field] = this.#place(event, item);
    assert.equal(event[field], holder[field], `${event.type} repeats what was told`);
    if (event.type === 'response.output_text.done') {
      assert.deepEqual(event.logprobs, holder.logprobs);
    }
    if (event.type === 'response.function_call_arguments.done') assert.equal(event.name, item.name);
  }

  /** Where the text of an event belongs, and in which field. */
  #place(event: WireEvent, item: Item): readonly [Record<string, unknown>, string] {
    if (/output_text/.test(event.type)) return [this.#content(event, item), 'text'];
    if (/refusal/.test(event.type)) return [this.#content(event, item), 'refusal'];
    if (/reasoning_summary_text/.test(event.type)) {
      const part = item.summary?.[event.summary_index];
      assert.ok(part);
      return [part, 'text'];
    }
    if (/function_call_arguments/.test(event.type)) return [item, 'arguments'];
    assert.match(event.type, /custom_tool_call_input/);
    return [item, 'input'];
  }

  #content(event: WireEvent, item: Item): Record<string, unknown> {
    const part = item.content?.[event.content_index];
    assert.ok(part, `${event.type} belongs to a content that was added`);
    assert.ok(!this.#done.has(`${item.id}/${event.content_index}`), 'the content grows no more');
    return part;
  }

  #end(event: WireEvent): void {
    const { response } = event;
    assert.equal(`response.${response.status}`, event.type);
    assert.ok(
      this.#items.every(({ id }) => this.#done.has(id)),
      'all items are done',
    );
    assert.deepEqual(response.output, JSON.parse(JSON.stringify(this.#items)));
    const { status, output, usage, error, incomplete_details, ...settings } = response;
    const {
      status: _,
      output: __,
      usage: ___,
      error: e,
      incomplete_details: i,
      ...first
    } = this.#created ?? {};
    assert.deepEqual(settings, first);
    this.#last = event;
  }
}
