import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadCatalog } from './load.ts';
import { createNameIndex } from './names.ts';

const catalog = loadCatalog();

describe('a model name', () => {
  const rows: readonly [name: string, id: string | undefined][] = [
    ['gpt-4o', 'gpt-4o'],
    ['GPT-4o', 'gpt-4o'],
    [' gpt-4o ', 'gpt-4o'],
    ['openai/gpt-4o', 'gpt-4o'],
    ['openrouter/openai/gpt-4o', 'gpt-4o'],
    ['gpt-4o-latest', 'gpt-4o'],
    ['gpt-4o-2024-11-20', 'gpt-4o'],
    ['gpt-4o-2025-01-31', 'gpt-4o'],
    ['gpt-4o-2024-05-13', 'gpt-4o-2024-05-13'],
    ['gpt-4o-mini', 'gpt-4o-mini'],
    ['gpt-4-0613', 'gpt-4'],
    ['gpt-5.3-chat-latest', 'gpt-5.3-chat-latest'],
    ['claude-opus-4.7', 'claude-opus-4-7'],
    ['claude-sonnet-4.6', 'claude-sonnet-4-6'],
    ['claude-haiku-4.5', 'claude-haiku-4-5'],
    ['anthropic/claude-sonnet-4.5', 'claude-sonnet-4-5'],
    ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5'],
    ['claude-sonnet-4-5@20250929', 'claude-sonnet-4-5'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5'],
    ['anthropic.claude-3-haiku-20240307-v1:0', 'claude-3-haiku-20240307'],
    ['claude-3-5-haiku-latest', 'claude-3-5-haiku-20241022'],
    ['claude-sonnet-4-6', 'claude-sonnet-4-6'],
    ['Claude-Sonnet-4.6', 'claude-sonnet-4-6'],
    ['claude_sonnet_4_6', 'claude-sonnet-4-6'],
    ['claude-sonnet-4-6-20260217', 'claude-sonnet-4-6'],
    ['claude-sonnet-4.6-20260217', 'claude-sonnet-4-6'],
    ['claude-sonnet-4-6-latest', 'claude-sonnet-4-6'],
    ['claude-sonnet-4.6-latest', 'claude-sonnet-4-6'],
    ['claude-sonnet-4-6@20260217', 'claude-sonnet-4-6'],
    ['claude-sonnet-4-6@default', 'claude-sonnet-4-6'],
    ['claude-sonnet-4-6@latest', 'claude-sonnet-4-6'],
    ['claude-3-5-sonnet-v2@20241022', 'claude-3-5-sonnet-20241022'],
    ['claude-opus-4-1@20250805', 'claude-opus-4-1'],
    ['anthropic/claude-sonnet-4.6', 'claude-sonnet-4-6'],
    ['anthropic:claude-sonnet-4-6', 'claude-sonnet-4-6'],
    ['openrouter/anthropic/claude-sonnet-4.6', 'claude-sonnet-4-6'],
    ['openrouter:anthropic/claude-sonnet-4.6', 'claude-sonnet-4-6'],
    ['anthropic/claude-4.6-sonnet-20260217', 'claude-sonnet-4-6'],
    ['claude-4.6-sonnet', 'claude-sonnet-4-6'],
    ['claude-4-6-sonnet', 'claude-sonnet-4-6'],
    ['claude-4-sonnet', 'claude-sonnet-4-0'],
    ['claude-haiku-3.5', 'claude-3-5-haiku-20241022'],
    ['claude-sonnet-3-7', 'claude-3-7-sonnet-20250219'],
    ['claude-sonnet-46', undefined],
    ['vertex_ai/claude-sonnet-4-5@20250929', 'claude-sonnet-4-5'],
    ['publishers/anthropic/models/claude-sonnet-4-6', 'claude-sonnet-4-6'],
    ['anthropic.claude-sonnet-4-6', 'claude-sonnet-4-6'],
    ['us.anthropic.claude-sonnet-4-6-20260217-v1:0', 'claude-sonnet-4-6'],
    ['us.anthropic.claude-sonnet-4-6-v1', 'claude-sonnet-4-6'],
    ['us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5'],
    ['global.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5'],
    ['ca.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0:200k', 'claude-sonnet-4-5'],
    ['bedrock/us.anthropic.claude-sonnet-4-6-v1:0', 'claude-sonnet-4-6'],
    [
      'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      'claude-sonnet-4-5',
    ],
    ['deepseek.r1-v1:0', 'deepseek-r1'],
    ['us.deepseek.r1-v1:0', 'deepseek-r1'],
    ['openai.gpt-oss-120b-1:0', 'gpt-oss-120b'],
    ['openai:gpt-4o', 'gpt-4o'],
    ['azure_openai:gpt-4o-2024-08-06', 'gpt-4o'],
    ['gpt-4o@2024-08-06', 'gpt-4o'],
    ['gpt-35-turbo', 'gpt-3.5-turbo'],
    ['gpt-35-turbo-0125', 'gpt-3.5-turbo'],
    ['o1-preview', undefined],
    ['google/gemini-2.5-pro', 'gemini-2.5-pro'],
    ['gemini/gemini-2.5-pro', 'gemini-2.5-pro'],
    ['google_genai:gemini-2.5-pro', 'gemini-2.5-pro'],
    ['models/gemini-2.5-pro-latest', 'gemini-2.5-pro'],
    ['models/gemini-2.5-flash-preview-09-2025', 'gemini-2.5-flash'],
    ['gemini-2.5-pro-preview-06-05', 'gemini-2.5-pro'],
    ['gemini-2.5-pro-exp-03-25', 'gemini-2.5-pro'],
    ['gemini-2.0-flash-001', 'gemini-2.0-flash'],
    ['gemini-2.5-pro@001', 'gemini-2.5-pro'],
    ['gemini-embedding-001', 'gemini-embedding-001'],
    ['projects/p/locations/global/publishers/google/models/gemini-2.5-pro', 'gemini-2.5-pro'],
    ['models/gemini-2.5-flash', 'gemini-2.5-flash'],
    ['deepseek-v3', 'deepseek-v3'],
    ['deepseek-ai/DeepSeek-V3', 'deepseek-v3'],
    ['deepseek-r1', 'deepseek-r1'],
    ['llama-3.3-70b', 'llama-3.3-70b'],
    ['meta-llama/Llama-3.3-70B-Instruct-Turbo', 'llama-3.3-70b'],
    ['accounts/fireworks/models/llama-v3p3-70b-instruct', 'llama-3.3-70b'],
    ['meta.llama3-3-70b-instruct-v1:0', 'llama-3.3-70b'],
    ['llama-4-scout', 'llama-4-scout'],
    ['llama-4-maverick', 'llama-4-maverick'],
    ['qwen-2.5-72b', 'qwen-2.5-72b'],
    ['Qwen/Qwen2.5-72B-Instruct', 'qwen-2.5-72b'],
    ['qwen3-235b', 'qwen3-235b'],
    ['openai/gpt-oss-120b', 'gpt-oss-120b'],
    ['gpt-oss:120b', 'gpt-oss-120b'],
    ['text-embedding-3-small', 'text-embedding-3-small'],
    ['tts-1', 'tts-1'],
    ['whisper-1', 'whisper-1'],
    ['minimax-m3', 'MiniMax-M3'],
    ['amazon.nova-lite-v1:0', 'amazon.nova-lite-v1:0'],
    ['us.amazon.nova-lite-v1:0', 'amazon.nova-lite-v1:0'],
    ['mistral-large-latest', 'mistral-large-4'],
    ['gpt-4o-audio-preview-2024-10-01', 'gpt-4o-audio-preview-2024-10-01'],
    ['sandbox-chat+50ms', 'sandbox-chat'],
    ['ft:gpt-4o-mini:org::id', undefined],
    ['gpt-4', 'gpt-4'],
    ['gpt-4-32k', undefined],
    ['gpt', undefined],
    ['', undefined],
    ['/', undefined],
    ['latest', undefined],
    ['__proto__', undefined],
    [`gpt-4o${' '.repeat(300)}`, undefined],
  ];
  for (const [name, id] of rows) {
    it(`${JSON.stringify(name.slice(0, 60))} is ${id ?? 'unknown'}`, () => {
      assert.equal(catalog.resolve(name), id);
    });
  }

  it('resolves to itself for every model', () => {
    for (const { id } of catalog.list()) assert.equal(catalog.resolve(id), id);
  });

  it('may not belong to two models', () => {
    const models = [
      { id: 'a-1', names: ['b'] },
      { id: 'c', names: ['A.1'] },
    ];
    assert.throws(() => createNameIndex(models), /A\.1 belongs to both a-1 and c/);
  });
});
