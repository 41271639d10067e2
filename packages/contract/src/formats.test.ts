import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accountKey, dna, namedKey, requestId, textualInteger } from './formats.ts';

describe('formats', () => {
  it('knows the two forms of keys', () => {
    assert.ok(accountKey.safeParse(`sk-Xvs${'aZ9'.repeat(15)}`).success);
    assert.ok(namedKey.safeParse(`xln_live_${'b'.repeat(43)}`).success);
    for (const text of [`sk-Xvs${'a'.repeat(44)}`, `sk-xvs${'a'.repeat(45)}`, 'sk-Xvs']) {
      assert.ok(!accountKey.safeParse(text).success, text);
    }
    for (const text of [`xln_live_${'a'.repeat(44)}`, `xln_live_${'-'.repeat(43)}`]) {
      assert.ok(!namedKey.safeParse(text).success, text);
    }
  });

  it('knows DNA paths and request ids', () => {
    assert.ok(dna.safeParse('.1.42.').success);
    for (const text of ['1.42', '.1', '.1..2.', '.0.', '.1.a.']) {
      assert.ok(!dna.safeParse(text).success, text);
    }
    assert.ok(requestId.safeParse('019376a2-9c1e-7c3a-b0f5-5f1d8a3e7b21').success);
    assert.ok(!requestId.safeParse('019376a2-9c1e-4c3a-b0f5-5f1d8a3e7b21').success);
  });

  it('reads whole numbers out of paths and queries, within bounds', () => {
    const page = textualInteger(1, 10);
    assert.equal(page.parse('10'), 10);
    for (const text of ['0', '11', '-1', '1.5', '1e1', ' 1', '', '99999999999999999']) {
      assert.ok(!page.safeParse(text).success, text);
    }
  });
});
