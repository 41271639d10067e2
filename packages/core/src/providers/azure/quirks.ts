import type { WireName } from '../../protocols/index.ts';
import type { ApiFamily, Endpoint, Quirks, UpstreamKey } from '../types.ts';

/** Hosts of Azure OpenAI and AI Foundry resources, without port. */
const AZURE_HOST = /\.(?:openai|services\.ai|cognitiveservices)\.azure\.(?:com|us|cn)$/;

/** Whether a host is a resource of Azure; anything else is a gateway in front of one. */
export function isAzureHost(host: string): boolean {
  return AZURE_HOST.test(host.replace(/:\d+$/, ''));
}

/** OpenAI's models, under which most deployments go. */
export const AZURE_PATTERNS: readonly string[] = [
  ...['gpt*', 'o1*', 'o3*', 'o4*', 'codex*', 'computer-use*', 'model-router*'],
  ...['text-embedding-3*', 'text-embedding-ada*', 'dall-e*', 'sora*', 'tts-1*', 'whisper*'],
];

/** Models that are asked on fewer wires than the others, or on another one. */
export const WIRES_OF: ReadonlyMap<string, readonly WireName[]> = new Map([
  ['claude*', ['messages']],
  ['gpt-*-pro*', ['responses']],
  ['o1-pro*', ['responses']],
  ['o3-pro*', ['responses']],
  ['*codex*', ['responses']],
  ['*-deep-research*', ['responses']],
  ['computer-use*', ['responses']],
  ['*-audio*', ['chat']],
]);

/** OpenAI's models that both wires know; other makers' know the first alone. */
export const BOTH_WIRES = /^(?:gpt-|o[134]|chatgpt|model-router)/;

/** Which of `Config.api_versions` an endpoint follows; Anthropic's paths have no such version. */
export const FAMILIES: Readonly<Partial<Record<Endpoint, ApiFamily>>> = {
  chat: 'chat',
  completions: 'completions',
  responses: 'responses',
  embeddings: 'embeddings',
  'images.generations': 'images',
  'images.edits': 'images',
  'audio.speech': 'audio',
  'audio.transcriptions': 'audio',
  'audio.translations': 'audio',
};

/** Chat completions know `stream_options` and `max_completion_tokens` from this version on. */
const FIRST_CURRENT_VERSION = '2024-09-01';
const DATED = /^\d{4}-\d{2}-\d{2}/;

/** Whether requests go to the paths of a version with a date, under the name of a deployment. */
export function isDated(version: string | undefined): version is string {
  return version !== undefined && DATED.test(version);
}

/** What the version of chat completions understands. */
export function azureQuirks({ config }: UpstreamKey): Quirks {
  const version = config.apiVersions?.get('chat');
  const isOld = isDated(version) && version < FIRST_CURRENT_VERSION;
  return {
    includeUsage: config.includeUsage ?? !isOld,
    outputBound: isOld ? 'max_tokens' : 'max_completion_tokens',
  };
}
