import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkModel } from './checks/model.ts';
import { type PermitPolicy, permit } from './permit.ts';

const request = { address: '192.0.2.7', endpoint: '/v1/chat/completions' };

function policy(more: Partial<PermitPolicy> = {}): PermitPolicy {
  return { isEnabled: true, allowsAddress: () => true, allowsEndpoint: () => true, ...more };
}

const no = (): boolean => false;

test('a request that everything allows is permitted', () => {
  assert.equal(permit(policy(), request), undefined);
});

test('each check refuses with its own code, all with 403', () => {
  const rows: readonly (readonly [Partial<PermitPolicy>, string])[] = [
    [{ isEnabled: false }, 'account_disabled'],
    [{ allowsAddress: no }, 'address_not_allowed'],
    [{ allowsEndpoint: no }, 'endpoint_not_allowed'],
  ];
  for (const [more, code] of rows) {
    const failure = permit(policy(more), request);
    assert.deepEqual([failure?.code, failure?.status], [code, 403]);
  }
});

test('the first check that refuses is told: status, address, endpoint', () => {
  const all = policy({ isEnabled: false, allowsAddress: no, allowsEndpoint: no });
  assert.equal(permit(all, request)?.code, 'account_disabled');
  const rest = policy({ allowsAddress: no, allowsEndpoint: no });
  assert.equal(permit(rest, request)?.code, 'address_not_allowed');
});

test('the checks are asked about the caller’s address and the endpoint', () => {
  const asked: string[] = [];
  const note = (text: string): boolean => {
    asked.push(text);
    return true;
  };
  permit(policy({ allowsAddress: note, allowsEndpoint: note }), request);
  assert.deepEqual(asked, [request.address, request.endpoint]);
});

test('a model passes by any of its names, in every list', () => {
  const failure = (lists: string[][], ...names: string[]) =>
    checkModel({ allowModels: lists }, names)?.code;
  assert.equal(failure([], 'x'), undefined);
  assert.equal(failure([['gpt*']], 'gpt-4o'), undefined);
  assert.equal(failure([['openai/*'], ['gpt-4o']], 'openai/gpt-4o', 'gpt-4o'), undefined);
  assert.equal(failure([['gpt*'], ['o1']], 'gpt-4o'), 'model_not_allowed');
  assert.equal(failure([[]], 'gpt-4o'), 'model_not_allowed');
  assert.equal(checkModel({ allowModels: [[]] }, ['x'])?.detail.param, 'model');
});
