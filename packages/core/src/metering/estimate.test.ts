import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { countTokens as cl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { countTokens as o200k } from 'gpt-tokenizer/encoding/o200k_base';
import { inputTokensLikely, inputTokensMax } from './estimate.ts';

const PLAIN = { disallowedSpecial: new Set<string>() };

describe('inputTokensMax', () => {
  it('is no less than what real tokenizers count, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const body = JSON.stringify({ messages: [{ role: 'user', content: text }] });
        const bound = inputTokensMax({ textBytes: Buffer.byteLength(body) });
        assert.ok(Math.max(o200k(text, PLAIN), cl100k(text, PLAIN)) <= bound);
        assert.ok(Math.max(o200k(body, PLAIN), cl100k(body, PLAIN)) <= bound);
      }),
    );
  });

  it('adds the largest size that is documented for each medium', () => {
    const text = inputTokensMax({ textBytes: 100 });
    const more = (extra: object) => inputTokensMax({ textBytes: 100, ...extra }) - text;
    assert.equal(more({ images: 2, model: 'gpt-4o' }), 2 * 1_445);
    assert.equal(more({ images: 1, model: 'gpt-4o-mini' }), 48_169);
    assert.equal(more({ images: 1, model: 'claude-opus-4-7' }), 4_784);
    assert.equal(more({ images: 1, model: 'an-unknown-model' }), 16_384);
    assert.equal(more({ audioSeconds: 60 }), 1_920);
    assert.equal(more({ videoSeconds: 10 }), 3_000);
    assert.equal(more({ documentPages: 3, model: 'claude-opus-4-7' }), 3 * 7_784);
    assert.ok(more({ tools: 1 }) >= 1_600);
  });

  it('is never more than the context window', () => {
    assert.equal(inputTokensMax({ textBytes: 1_000_000, contextTokens: 128_000 }), 128_000);
  });

  it('is never more than the context window for each text that is read apart', () => {
    const size = { textBytes: 1_000_000, contextTokens: 8_192 };
    assert.equal(inputTokensMax({ ...size, prompts: 10 }), 81_920);
    assert.equal(inputTokensLikely({ ...size, prompts: 10 }), 81_920);
    assert.ok(inputTokensMax({ ...size, prompts: 2_048 }) >= 1_000_000);
  });
});

describe('inputTokensLikely', () => {
  it('is between what prose has and the bound', () => {
    const prose = 'The hold uses the dearest target rather than the first one. '.repeat(50);
    const size = { textBytes: Buffer.byteLength(prose) };
    assert.ok(inputTokensLikely(size) >= o200k(prose));
    assert.ok(inputTokensLikely(size) <= inputTokensMax(size));
    assert.equal(inputTokensLikely({ textBytes: 3 }), 2);
  });
});
