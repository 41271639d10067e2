import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindOf } from './kinds.ts';
import type { ProviderKind, ProviderType } from './types.ts';

const kinds: readonly (readonly [type: ProviderType, url: string, kind: ProviderKind])[] = [
  ['standard', 'https://api.openai.com', 'standard'],
  ['standard', 'https://llm.example.com', 'standard'],
  ['standard', 'https://api.anthropic.com', 'anthropic'],
  ['standard', 'https://api.anthropic.com:8443/v1', 'anthropic'],
  ['standard', 'https://evil-api.anthropic.com.example.com', 'standard'],
  ['standard', 'https://api.deepseek.com/anthropic', 'anthropic'],
  ['standard', 'https://dashscope.aliyuncs.com/apps/anthropic/v1', 'anthropic'],
  ['standard', 'https://generativelanguage.googleapis.com/v1beta', 'gemini'],
  ['standard', 'https://us-central1-aiplatform.googleapis.com', 'vertex'],
  ['standard', 'https://aiplatform.googleapis.com', 'vertex'],
  ['standard', 'https://aiplatform.eu.rep.googleapis.com', 'vertex'],
  ['standard', 'https://mine.openai.azure.com', 'azure'],
  ['standard', 'https://mine.services.ai.azure.com/anthropic', 'azure'],
  ['standard', 'https://mine.cognitiveservices.azure.com', 'azure'],
  ['standard', 'https://bedrock-runtime.us-east-1.amazonaws.com', 'bedrock'],
  ['standard', 'https://bedrock-runtime.cn-north-1.amazonaws.com.cn', 'bedrock'],
  ['standard', 'https://s3.us-east-1.amazonaws.com', 'standard'],
  ['standard', 'https://api.cohere.com', 'cohere'],
  ['standard', 'https://api.jina.ai/v1', 'jina'],
  ['openai', 'https://api.anthropic.com', 'standard'],
  ['openai', 'https://llm.example.com', 'standard'],
  ['anthropic', 'https://api.openai.com', 'anthropic'],
  ['vertex', 'https://proxy.example.com', 'vertex'],
];

test('the kind of a key is what its provider_type says, and for standard what its URL tells', () => {
  for (const [type, url, kind] of kinds) assert.equal(kindOf(type, url), kind, `${type} ${url}`);
});
