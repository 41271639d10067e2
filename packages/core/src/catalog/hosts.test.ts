import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createHostNames } from './hosts.ts';

describe('the name of a host', () => {
  const rows: readonly [host: string, name: string][] = [
    ['api.openai.com', 'openai'],
    ['API.OpenAI.com:443', 'openai'],
    ['my-resource.openai.azure.com', 'azure'],
    ['my-resource.openai.azure.us', 'azure'],
    ['my-resource.openai.azure.cn', 'azure'],
    ['my-resource.services.ai.azure.us', 'azure'],
    ['my-resource.cognitiveservices.azure.cn', 'azure'],
    ['us-central1-aiplatform.googleapis.com', 'google'],
    ['bedrock-runtime.eu-west-1.amazonaws.com', 'bedrock'],
    ['bedrock-runtime.cn-north-1.amazonaws.com.cn', 'bedrock'],
    ['bedrock-runtime.us-east-1.api.aws', 'bedrock'],
    ['dashscope-intl.aliyuncs.com', 'alibaba'],
    ['api.together.xyz', 'together'],
    ['groq', 'groq'],
    ['notapi.openai.com.evil.example', 'notapi.openai.com.evil.example'],
    ['fakegroq.com', 'fakegroq.com'],
    ['xapi.groq.com', 'xapi.groq.com'],
    ['127.0.0.1:11434', '127.0.0.1'],
    ['', ''],
  ];
  for (const [host, name] of rows) {
    it(`${host} is ${name}`, () => {
      const hosts = createHostNames();
      assert.equal(hosts.nameOf(host), name);
      assert.equal(hosts.nameOf(host), name);
    });
  }
});
