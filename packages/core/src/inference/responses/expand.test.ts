import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isFailure } from '../../kernel/index.ts';
import { decodeResponses } from '../../protocols/index.ts';
import { expandPrevious, refersBack } from './expand.ts';
import type { KeptResponse, WireObject } from './store.ts';
import { createMemoryStore, type MemoryStore } from './testing/memory-store.ts';

const ME = 1;
const QUESTION = { id: 'msg_in', type: 'message', role: 'user', content: 'Weather?' };
const SEALED = {
  id: 'rs_1',
  type: 'reasoning',
  summary: [],
  encrypted_content: 'meridian:messages::sig',
};
const UNSEALED = { id: 'rs_2', type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm' }] };
const SAID = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text: 'I look.', annotations: [] }],
};
const CALLED = {
  id: 'fc_1',
  type: 'function_call',
  status: 'completed',
  call_id: 'c1',
  name: 'f',
  arguments: '{}',
};
const SEARCHED = { id: 'ws_1', type: 'web_search_call', status: 'completed' };
const RESULT = { type: 'function_call_output', call_id: 'c1', output: 'Rain' };

function kept(id: string, output: readonly WireObject[], more: Partial<KeptResponse> = {}) {
  return {
    id,
    status: 'completed',
    previousId: undefined,
    isBackground: false,
    upstreamKeyId: undefined,
    response: { id, output },
    input: [QUESTION],
    ...more,
  } satisfies KeptResponse;
}

const call = (body: object) =>
  decodeResponses(Buffer.from(JSON.stringify({ model: 'm', ...body })));

async function storeOf(...responses: readonly KeptResponse[]): Promise<MemoryStore> {
  const store = createMemoryStore();
  for (const response of responses) await store.save(ME, response);
  return store;
}

async function expand(body: object, store: MemoryStore) {
  const expanded = await expandPrevious(ME, call(body), store);
  const sent = JSON.parse(expanded.call.body.toString()) as Record<string, unknown>;
  return { ...expanded, sent };
}

const without = ({ id: _, status: __, ...rest }: WireObject): WireObject => rest;
const refused =
  (param: string, code = 'invalid_request') =>
  (error: unknown) =>
    isFailure(error) && error.code === code && error.detail.param === param;

describe('a request that goes on from a response', () => {
  test('has in its input what was said before, and refers to nothing any more', async () => {
    const store = await storeOf(kept('resp_1', [SEALED, SAID, CALLED, SEARCHED]));
    const {
      sent,
      call: expanded,
      ownItems,
    } = await expand(
      { input: [RESULT], previous_response_id: 'resp_1', instructions: 'Be nice' },
      store,
    );
    assert.deepEqual(sent, {
      model: 'm',
      input: [
        without(QUESTION),
        without(SEALED),
        without(SAID),
        without(CALLED),
        // A hosted tool's call means nothing without its id.
        SEARCHED,
        RESULT,
      ],
      previous_response_id: null,
      instructions: 'Be nice',
    });
    assert.equal(expanded.previousResponseId, undefined);
    assert.equal(expanded.original?.previousResponseId, 'resp_1');
    assert.deepEqual(ownItems, [RESULT]);
    assert.equal(refersBack(expanded), false);
  });

  test('goes back to the beginning, the oldest first', async () => {
    const store = await storeOf(
      kept('resp_1', [SAID]),
      kept('resp_2', [], { previousId: 'resp_1', input: [{ ...QUESTION, content: 'And?' }] }),
    );
    const { sent } = await expand({ input: 'So?', previous_response_id: 'resp_2' }, store);
    const input = sent.input as { content: unknown }[];
    assert.deepEqual(
      input.map(({ content }) => (typeof content === 'string' ? content : 'parts')),
      ['Weather?', 'parts', 'And?', 'parts'],
    );
    assert.equal(input.length, 4);
  });

  test('may have no input of its own', async () => {
    const store = await storeOf(kept('resp_1', [SAID]));
    const { sent, ownItems } = await expand({ previous_response_id: 'resp_1' }, store);
    assert.equal((sent.input as []).length, 2);
    assert.deepEqual(ownItems, []);
  });

  test('does not go on from thoughts that only their maker can find', async () => {
    const store = await storeOf(kept('resp_1', [UNSEALED, SAID]));
    const { sent } = await expand({ input: 'So?', previous_response_id: 'resp_1' }, store);
    assert.ok(!JSON.stringify(sent).includes('reasoning'));
  });

  test('counts for its size with all that it goes on from', async () => {
    const long = { ...SAID, content: [{ type: 'output_text', text: 'x'.repeat(5_000) }] };
    const store = await storeOf(kept('resp_1', [long]));
    const { call: expanded } = await expand({ input: 'A', previous_response_id: 'resp_1' }, store);
    assert.ok(expanded.size.textBytes > 5_000);
  });

  test('is refused where that is gone, unfinished, or another account’s', async () => {
    const store = await storeOf(
      kept('resp_1', [], { previousId: 'resp_gone' }),
      kept('resp_2', [], { status: 'in_progress' }),
    );
    const body = (id: string) => ({ input: 'A', previous_response_id: id });
    const REFUSED = refused('previous_response_id', 'previous_response_not_found');
    await assert.rejects(expand(body('resp_none'), store), REFUSED);
    await assert.rejects(expand(body('resp_1'), store), /resp_gone/);
    await assert.rejects(expand(body('resp_2'), store), /has not ended/);
    await assert.rejects(expandPrevious(2, call(body('resp_1')), store), REFUSED);
  });

  test('is refused where the chain is longer than what is read', async () => {
    const chain = Array.from({ length: 1_001 }, (_, n) =>
      kept(`resp_${n}`, [], n === 0 ? {} : { previousId: `resp_${n - 1}` }),
    );
    const store = await storeOf(...chain);
    await assert.rejects(
      expand({ input: 'A', previous_response_id: 'resp_1000' }, store),
      (error) => isFailure(error) && error.code === 'request_too_large',
    );
  });
});

describe('a request that refers to items', () => {
  test('has them in its input, in their places', async () => {
    const store = await storeOf(kept('resp_1', [SEALED, SAID]));
    const { sent, ownItems } = await expand(
      {
        input: [QUESTION, { type: 'item_reference', id: 'rs_1' }, { id: 'msg_1' }, CALLED, RESULT],
      },
      store,
    );
    assert.deepEqual(sent.input, [
      without(QUESTION),
      without(SEALED),
      without(SAID),
      without(CALLED),
      RESULT,
    ]);
    assert.deepEqual(ownItems, [QUESTION, SEALED, SAID, CALLED, RESULT]);
  });

  test('is refused where one is not there', async () => {
    const store = await storeOf(kept('resp_1', [SAID]));
    const input = [QUESTION, { type: 'item_reference', id: 'msg_none' }];
    await assert.rejects(expand({ input }, store), refused('input[1]'));
    const theirs = call({ input: [{ type: 'item_reference', id: 'msg_1' }] });
    await assert.rejects(expandPrevious(2, theirs, store), refused('input[0]'));
  });

  test('is refused where there are too many', async () => {
    const input = Array.from({ length: 1_001 }, () => ({ type: 'item_reference', id: 'msg_1' }));
    await assert.rejects(expand({ input }, createMemoryStore()), refused('input'));
  });
});

describe('the upstream that knows it already', () => {
  const native = { upstreamKeyId: 5 };

  test('is told where all is stored there', async () => {
    const store = await storeOf(kept('resp_1', [SAID], native), kept('resp_2', [CALLED], native));
    const both = [{ type: 'item_reference', id: 'fc_1' }];
    const { upstreamKeyId } = await expand({ input: both, previous_response_id: 'resp_1' }, store);
    assert.equal(upstreamKeyId, 5);
  });

  test('is none where a part is stored elsewhere, or nowhere', async () => {
    const store = await storeOf(
      kept('resp_1', [SAID], native),
      kept('resp_2', [CALLED], { upstreamKeyId: 6 }),
      kept('resp_3', [SEALED]),
    );
    const expandedKey = async (body: object) => (await expand(body, store)).upstreamKeyId;
    const other = [{ type: 'item_reference', id: 'fc_1' }];
    assert.equal(await expandedKey({ input: other, previous_response_id: 'resp_1' }), undefined);
    assert.equal(await expandedKey({ input: 'A', previous_response_id: 'resp_3' }), undefined);
  });
});

test('a request that refers to nothing is the very same', async () => {
  const given = call({ input: 'Hi' });
  assert.equal(refersBack(given), false);
  const { call: expanded } = await expandPrevious(ME, given, createMemoryStore());
  assert.equal(expanded, given);
});
