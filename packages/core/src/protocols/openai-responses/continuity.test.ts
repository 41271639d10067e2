import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '@meridian/testkit';
import { openaiResponses } from './index.ts';

interface WireEvent {
  readonly type: string;
  readonly sequence_number: number;
  readonly item_id?: string;
  readonly item?: { readonly id: string };
  readonly response?: { readonly output: readonly { readonly id: string }[] };
}

function eventsOf(text: string): WireEvent[] {
  return [...text.matchAll(/^data: (.*)$/gm)].map(
    ([, data]) => JSON.parse(data ?? '') as WireEvent,
  );
}

for (const name of [
  'parallel-tool-calls',
  'reasoning-and-cache',
  'reasoning-with-call',
  'refusal',
]) {
  test(`${name}: an end that is written goes on in the ids and numbers of what passed`, () => {
    const stream = fixture(`openai-responses/${name}.sse`);
    for (let at = 4; at < 16; at++) {
      const tap = openaiResponses.openStream({ wantsUsage: true, shownModel: undefined });
      const passed = tap.push(stream.subarray(0, Math.floor((stream.length * at) / 16)));
      if (!tap.isCommitted || tap.isComplete) continue;
      const events = eventsOf(`${passed}${tap.endForLength(7, 3)}`);
      assert.deepEqual(
        events.map((event) => event.sequence_number),
        events.map((_, number) => number),
      );
      const added = events.filter(({ type }) => type === 'response.output_item.added');
      const ids = added.map(({ item }) => item?.id);
      for (const { item_id: id, item } of events) {
        const named = id ?? item?.id;
        assert.ok(named === undefined || ids.includes(named), named);
      }
      const last = events.at(-1);
      assert.equal(last?.type, 'response.incomplete');
      assert.deepEqual(
        last.response?.output.map(({ id }) => id),
        ids,
      );
    }
  });
}
