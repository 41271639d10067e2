import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingChanges } from './setting-changes.ts';

const SECRETS = new Set(['EMAIL_PASS']);

test('only what differs is told, entry by entry', () => {
  const before = { MODEL_MAPPER: { a: 'b', c: 'd' }, RESOURCES: ['/v1/*'], USER_API_BALANCE: '1' };
  const after = { MODEL_MAPPER: { c: 'x', a: 'b', e: 'f' }, RESOURCES: ['/v1/*'] };
  assert.deepEqual(settingChanges(before, after, SECRETS), {
    MODEL_MAPPER: [{ c: 'd' }, { c: 'x', e: 'f' }],
    USER_API_BALANCE: ['1', null],
  });
  assert.deepEqual(settingChanges(before, before, SECRETS), {});
});

test('of nested objects the entries that differ, of lists the whole list', () => {
  const before = { PRICING: { ChatPricing: { a: { InputText: 1 }, b: {} } }, LIST: [1] };
  const after = { PRICING: { ChatPricing: { a: { InputText: 2 }, b: {} } }, LIST: [1, 2] };
  assert.deepEqual(settingChanges(before, after, SECRETS), {
    PRICING: [{ ChatPricing: { a: { InputText: 1 } } }, { ChatPricing: { a: { InputText: 2 } } }],
    LIST: [[1], [1, 2]],
  });
});

test('secrets are masked', () => {
  const changes = settingChanges({ EMAIL_PASS: 'canary' }, { EMAIL_PASS: 'canary-2' }, SECRETS);
  assert.deepEqual(changes, { EMAIL_PASS: ['***', '***'] });
  const set = settingChanges({}, { EMAIL_PASS: 'canary' }, SECRETS);
  assert.deepEqual(set, { EMAIL_PASS: [null, '***'] });
});
