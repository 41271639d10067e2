import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  changeResources,
  mergeModelLimits,
  type ResourcesInput,
  readThreshold,
  replaceModelLimits,
} from './owner-setting-changes.ts';

const CHAT = '/v1/chat/completions';
const EMBEDDINGS = '/v1/embeddings';

function write(written: ResourcesInput, more: object = {}) {
  return { param: 'RESOURCES', written, isMerging: false, bounds: [], ...more };
}

describe('the resources of an owner', () => {
  test('text replaces the list', () => {
    assert.deepEqual(changeResources([CHAT], write(`${EMBEDDINGS}, /v1/audio/*`)), [
      EMBEDDINGS,
      '/v1/audio/*',
    ]);
    assert.equal(changeResources([CHAT], write('*')), null);
    assert.deepEqual(changeResources([CHAT], write('-*')), []);
  });

  test('text adds and removes where it is merged', () => {
    const merge = (written: string) => write(written, { isMerging: true });
    assert.deepEqual(changeResources([CHAT], merge(EMBEDDINGS)), [CHAT, EMBEDDINGS]);
    assert.deepEqual(changeResources(undefined, merge(EMBEDDINGS)), [EMBEDDINGS]);
    assert.deepEqual(changeResources([CHAT, EMBEDDINGS], merge(`-${CHAT}`)), [EMBEDDINGS]);
    assert.equal(changeResources([CHAT], merge('*')), null);
    assert.throws(() => changeResources([CHAT], merge(`-${EMBEDDINGS}`)), /cannot be removed/);
  });

  test('an object merges, null removes one, the last one removed denies all', () => {
    const after = changeResources([CHAT], write({ [EMBEDDINGS]: {}, [CHAT]: null }));
    assert.deepEqual(after, [EMBEDDINGS]);
    assert.deepEqual(changeResources([CHAT], write({ [CHAT]: null })), []);
    assert.deepEqual(changeResources([CHAT], write({ [EMBEDDINGS]: null })), [CHAT]);
    assert.equal(changeResources([CHAT], write({ '*': {} })), null);
  });

  for (const written of ['', ' ', 'v1/chat', '-/v1/chat', { '-*': {} }, { '/a /b': {} }]) {
    test(`${JSON.stringify(written)} is refused by its parameter`, () => {
      assert.throws(
        () => changeResources([CHAT], write(written)),
        (error: Error) => {
          assert.equal((error as Error & { detail: { param: string } }).detail.param, 'RESOURCES');
          return true;
        },
      );
    });
  }

  test('what the owner may not use itself it cannot open', () => {
    const bounds = [null, ['/v1/*'], [CHAT, EMBEDDINGS]];
    assert.deepEqual(changeResources(undefined, write(CHAT, { bounds })), [CHAT]);
    assert.throws(() => changeResources(undefined, write('/v1/audio/*', { bounds })), {
      code: 'invalid_request',
    });
  });
});

describe('the limits of models', () => {
  const stored = { 'gpt-4o': { rpm: 30 }, 'claude-*': { tpm: 5 } };

  test('JSON text replaces or is merged, an object is merged', () => {
    const written = '{"o3": {"rpm": 1}}';
    assert.deepEqual(replaceModelLimits(stored, written, 'P'), { o3: { rpm: 1 } });
    assert.deepEqual(mergeModelLimits(stored, written, 'P'), { ...stored, o3: { rpm: 1 } });
    const object = { 'gpt-4o': null, o3: { rpd: 9 } };
    const after = { 'claude-*': { tpm: 5 }, o3: { rpd: 9 } };
    assert.deepEqual(replaceModelLimits(stored, object, 'P'), after);
    assert.deepEqual(mergeModelLimits(stored, object, 'P'), after);
  });

  test('text removes and clears where it is merged', () => {
    assert.deepEqual(mergeModelLimits(stored, '-gpt-4o', 'P'), { 'claude-*': { tpm: 5 } });
    assert.deepEqual(mergeModelLimits(stored, '*', 'P'), {});
  });

  test('a refusal names the parameter', () => {
    assert.throws(() => replaceModelLimits({}, '{"m": {"rps": 1}}', 'MODEL_LIMITS'), {
      message: /^MODEL_LIMITS: m needs/,
    });
  });
});

test('thresholds are exact, and never negative', () => {
  assert.equal(readThreshold('USER_API_BALANCE', '0.10'), '0.1');
  assert.equal(readThreshold('USER_API_BALANCE', 2), '2');
  for (const wrong of [-1, 'x', '0.0000000001', Number.POSITIVE_INFINITY, '2000000000']) {
    assert.throws(() => readThreshold('USER_API_BALANCE', wrong), { code: 'invalid_request' });
  }
});
