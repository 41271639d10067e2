// Every provider, and how its documents say that it is asked.
import { Secret } from '../../kernel/index.ts';
import type { WireName } from '../../protocols/index.ts';
import type { ProviderKeyConfig, ProviderKind, ProviderType } from '../types.ts';
import { because, type FixtureCase, type Proof } from './wire-proofs.ts';

/** One provider as a key finds it. */
export interface ContractRow {
  readonly name: string;
  readonly kind: ProviderKind;
  readonly type: ProviderType;
  readonly url: string;
  readonly config?: Partial<ProviderKeyConfig>;
  /** The model in the catalog's words. */
  readonly model: string;
  /** The paths that its documents name, whole and, where it is another, streamed. */
  readonly paths: Readonly<Partial<Record<WireName, string | readonly [string, string]>>>;
  /** Where the provider departs from the wire's maker, in its chat wire or its only one. */
  readonly proofs?: Readonly<Partial<Record<FixtureCase, Proof>>>;
  /** Whether requests carry no credential, because the transport adds one. */
  readonly isSignedLater?: true;
  /** Whether the model stands in the path only. */
  readonly hidesModel?: true;
}

const vendors = (name: string): string => `../openai-chat-vendors/${name}`;
const TELLS_NO_CACHE = because('it tells no cached tokens');
const THINKS_ALOUD = because('its thoughts are told on its own wire');

interface StandardRow extends Omit<ContractRow, 'name' | 'kind' | 'type'> {
  readonly type?: ProviderType;
}

const CHAT = '/v1/chat/completions';
const RESPONSES = '/v1/responses';
const MESSAGES = '/v1/messages';
const SELF_HOSTED = { chat: CHAT, responses: RESPONSES, messages: MESSAGES };

/** Every preset of the standard kind, by its vendor. */
const STANDARD: Readonly<Record<string, StandardRow>> = {
  openai: {
    url: 'https://api.openai.com',
    model: 'gpt-5.5',
    paths: { responses: RESPONSES, chat: CHAT },
  },
  anthropic: {
    url: 'https://api.anthropic.com',
    type: 'openai',
    model: 'claude-sonnet-4-6',
    paths: { chat: CHAT },
    proofs: { reasoning: THINKS_ALOUD },
  },
  google: {
    url: 'https://generativelanguage.googleapis.com',
    type: 'openai',
    model: 'gemini-3.5-flash',
    paths: { chat: '/v1beta/openai/chat/completions' },
    proofs: { 'parallel tool calls': vendors('gemini-compatible-calls') },
  },
  deepseek: {
    url: 'https://api.deepseek.com',
    model: 'deepseek-v4-pro',
    paths: { chat: CHAT, messages: '/anthropic/v1/messages' },
    proofs: {
      reasoning: vendors('deepseek-reasoning'),
      'cache usage': vendors('deepseek-reasoning'),
    },
  },
  mistral: {
    url: 'https://api.mistral.ai',
    model: 'magistral-medium',
    paths: { chat: CHAT },
    proofs: { reasoning: vendors('mistral-thinking'), 'cache usage': TELLS_NO_CACHE },
  },
  xai: {
    url: 'https://api.x.ai',
    model: 'grok-4.5',
    paths: { responses: RESPONSES, chat: CHAT },
  },
  perplexity: {
    url: 'https://api.perplexity.ai',
    model: 'sonar-pro',
    paths: { chat: '/chat/completions' },
    proofs: {
      'whole answer': vendors('perplexity-search'),
      'text stream': vendors('perplexity-search'),
      'cut stream': vendors('perplexity-search'),
      'parallel tool calls': because('its models call no tools of the client'),
      'cache usage': TELLS_NO_CACHE,
    },
  },
  cohere: {
    url: 'https://api.cohere.com',
    type: 'openai',
    model: 'command-a-03-2025',
    paths: { chat: '/compatibility/v1/chat/completions' },
    proofs: { 'cache usage': TELLS_NO_CACHE },
  },
  moonshot: {
    url: 'https://api.moonshot.ai',
    model: 'kimi-k2.5',
    paths: { chat: CHAT, responses: RESPONSES, messages: '/anthropic/v1/messages' },
    proofs: { reasoning: vendors('deepseek-reasoning') },
  },
  dashscope: {
    url: 'https://dashscope-intl.aliyuncs.com',
    model: 'qwen3-235b',
    paths: {
      chat: '/compatible-mode/v1/chat/completions',
      responses: '/api/v2/apps/protocols/compatible-mode/v1/responses',
      messages: '/apps/anthropic/v1/messages',
    },
    proofs: { reasoning: vendors('deepseek-reasoning'), 'cache usage': vendors('qwen-cache') },
  },
  zhipu: {
    url: 'https://api.z.ai',
    model: 'glm-5',
    paths: { chat: '/api/paas/v4/chat/completions', messages: '/api/anthropic/v1/messages' },
    proofs: { reasoning: vendors('deepseek-reasoning') },
  },
  groq: {
    url: 'https://api.groq.com',
    model: 'gpt-oss-120b',
    paths: { chat: '/openai/v1/chat/completions', responses: '/openai/v1/responses' },
  },
  together: {
    url: 'https://api.together.xyz',
    model: 'deepseek-r1',
    paths: { chat: CHAT },
    proofs: { reasoning: vendors('deepseek-reasoning') },
  },
  fireworks: {
    url: 'https://api.fireworks.ai',
    model: 'deepseek-r1',
    paths: {
      chat: '/inference/v1/chat/completions',
      responses: '/inference/v1/responses',
      messages: '/inference/v1/messages',
    },
    proofs: { reasoning: vendors('deepseek-reasoning') },
  },
  openrouter: {
    url: 'https://openrouter.ai',
    model: 'claude-sonnet-4-6',
    paths: {
      chat: '/api/v1/chat/completions',
      responses: '/api/v1/responses',
      messages: '/api/v1/messages',
    },
    proofs: {
      reasoning: vendors('openrouter-reasoning'),
      'cache usage': vendors('openrouter-reasoning'),
      'error in a stream': vendors('openrouter-error'),
    },
  },
  ollama: { url: 'http://127.0.0.1:11434', model: 'llama-3.3-70b', paths: SELF_HOSTED },
  lmstudio: { url: 'http://127.0.0.1:1234', model: 'llama-3.3-70b', paths: SELF_HOSTED },
  vllm: {
    url: 'http://127.0.0.1:8000',
    model: 'llama-3.3-70b',
    paths: SELF_HOSTED,
    proofs: { 'whole answer': vendors('vllm-stop-sequence') },
  },
  'llama.cpp': { url: 'http://127.0.0.1:8080', model: 'llama-3.3-70b', paths: SELF_HOSTED },
};

const PROJECT = '/v1/projects/p/locations/global/publishers';
const ACCOUNT = {
  projectId: 'p',
  clientEmail: 'a@p.iam.gserviceaccount.com',
  privateKey: new Secret('pem-of-the-service-account'),
};

/** Every provider that chats. */
export const ROWS: readonly ContractRow[] = [
  ...Object.entries(STANDARD).map(
    ([vendor, row]): ContractRow => ({
      type: 'standard',
      ...row,
      name: vendor,
      kind: 'standard',
    }),
  ),
  {
    name: 'a compatible server',
    kind: 'standard',
    type: 'standard',
    url: 'https://llm.example.com/v1',
    model: 'some-model',
    paths: { chat: CHAT },
  },
  {
    name: 'Anthropic',
    kind: 'anthropic',
    type: 'anthropic',
    url: 'https://api.anthropic.com',
    model: 'claude-sonnet-4-6',
    paths: { messages: MESSAGES },
  },
  {
    name: 'Gemini API',
    kind: 'gemini',
    type: 'gemini',
    url: 'https://generativelanguage.googleapis.com',
    model: 'gemini-3.5-flash',
    paths: {
      gemini: [
        '/v1beta/models/gemini-3.5-flash:generateContent',
        '/v1beta/models/gemini-3.5-flash:streamGenerateContent?alt=sse',
      ],
    },
  },
  {
    name: 'Azure, classic paths',
    kind: 'azure',
    type: 'azure',
    url: 'https://mine.openai.azure.com',
    config: {
      modelMapping: new Map([['gpt-5*', 'prod five']]),
      apiVersions: new Map([
        ['chat', '2025-04-01-preview'],
        ['responses', '2025-04-01-preview'],
      ]),
    },
    model: 'gpt-5.5',
    paths: {
      chat: '/openai/deployments/prod%20five/chat/completions?api-version=2025-04-01-preview',
      responses: '/openai/responses?api-version=2025-04-01-preview',
    },
    proofs: { 'content filter': vendors('azure-content-filter') },
  },
  {
    name: 'Azure, v1 paths',
    kind: 'azure',
    type: 'azure',
    url: 'https://mine.openai.azure.com',
    model: 'gpt-5.5',
    paths: { chat: '/openai/v1/chat/completions', responses: '/openai/v1/responses' },
    proofs: { 'content filter': vendors('azure-content-filter') },
  },
  {
    name: 'Azure, Claude',
    kind: 'azure',
    type: 'azure',
    url: 'https://mine.openai.azure.com',
    model: 'claude-sonnet-4-6',
    paths: { messages: '/anthropic/v1/messages' },
  },
  {
    name: 'Vertex AI, Gemini',
    kind: 'vertex',
    type: 'vertex',
    url: 'https://aiplatform.googleapis.com',
    config: { serviceAccount: ACCOUNT },
    model: 'gemini-3.5-flash',
    paths: {
      gemini: [
        `${PROJECT}/google/models/gemini-3.5-flash:generateContent`,
        `${PROJECT}/google/models/gemini-3.5-flash:streamGenerateContent?alt=sse`,
      ],
    },
    proofs: { 'parallel tool calls': 'vertex-tool-call' },
    isSignedLater: true,
  },
  {
    name: 'Vertex AI, Claude',
    kind: 'vertex',
    type: 'vertex',
    url: 'https://europe-west1-aiplatform.googleapis.com',
    config: { serviceAccount: ACCOUNT },
    model: 'claude-sonnet-4-6',
    paths: {
      messages: [
        '/v1/projects/p/locations/europe-west1/publishers/anthropic/models/claude-sonnet-4-6:rawPredict',
        '/v1/projects/p/locations/europe-west1/publishers/anthropic/models/claude-sonnet-4-6:streamRawPredict',
      ],
    },
    isSignedLater: true,
    hidesModel: true,
  },
  {
    name: 'Bedrock',
    kind: 'bedrock',
    type: 'bedrock',
    url: 'https://bedrock-runtime.eu-west-1.amazonaws.com',
    config: { region: 'eu-west-1' },
    model: 'amazon.nova-lite-v1:0',
    paths: {
      converse: [
        '/model/eu.amazon.nova-lite-v1%3A0/converse',
        '/model/eu.amazon.nova-lite-v1%3A0/converse-stream',
      ],
    },
  },
  {
    name: 'Cohere',
    kind: 'cohere',
    type: 'cohere',
    url: 'https://api.cohere.com',
    model: 'command-a-03-2025',
    paths: { chat: '/compatibility/v1/chat/completions' },
    proofs: { 'cache usage': TELLS_NO_CACHE },
  },
];

/** Providers without a model that chats, and what proves them instead. */
export const SILENT: Readonly<Record<string, string>> = {
  voyage: 'it embeds and ranks: tests/embeddings.test.ts, tests/rerank.test.ts',
  jina: 'it embeds and ranks: tests/clients-embeddings.test.ts, tests/rerank.test.ts',
  sandbox: 'it is no vendor: sandbox/transport.test.ts, tests/clients-sandbox.test.ts',
};
