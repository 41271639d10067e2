import { bestMatch, matchesGlob } from '../../kernel/index.ts';
import { makersName } from '../model-names.ts';
import type { ProviderType } from '../types.ts';
import { MAKERS, OPENAI } from './makers.ts';
import type { HostPreset } from './preset.ts';
import { RESELLERS } from './resellers.ts';
import { SELF_HOSTED } from './self-hosted.ts';

/** The vendors whose hosts are recognised. A vendor's own models come before resold ones. */
export const HOST_PRESETS: readonly HostPreset[] = [...MAKERS, ...RESELLERS, ...SELF_HOSTED];

/** Applies to hosts that are in no preset: what OpenAI-compatible servers usually do. */
const UNKNOWN_HOST: HostPreset = {
  vendor: 'unknown',
  hosts: [],
  apiBase: '/v1',
  patterns: undefined,
  wires: ['chat'],
  endpoints: [...OPENAI.endpoints, 'rerank'],
  includeUsage: true,
  outputBound: 'either',
};

/** Applies where the owner says of such a host that it speaks OpenAI's API; proxies know chat best. */
const OPENAI_ELSEWHERE: HostPreset = {
  ...OPENAI,
  hosts: [],
  patterns: undefined,
  wires: ['chat', 'responses'],
};

const PRIVATE_NAME =
  /^(localhost|.*\.local|.*\.internal|127\.[\d.]+|10\.[\d.]+|192\.168\.[\d.]+|172\.(1[6-9]|2\d|3[01])\.[\d.]+|\[.*\]|[a-z0-9-]+)(?<port>:\d+)$/;

/** The preset of a host (with port), or the one for unknown hosts. */
export function presetOf(host: string, type: ProviderType): HostPreset {
  const port = PRIVATE_NAME.exec(host)?.groups?.port;
  const known = HOST_PRESETS.find(
    ({ hosts }) => hosts.includes(host) || (port !== undefined && hosts.includes(`*${port}`)),
  );
  return known ?? (type === 'openai' ? OPENAI_ELSEWHERE : UNKNOWN_HOST);
}

const VERSION_DASH = /(?<=\d)-(?=\d{1,2}(?:-|$))/g;

/** The name by which a preset's host knows a model. `spelled` is the name before alias resolution. */
export function nameAt(preset: HostPreset, canonical: string, spelled: string): string {
  if (preset.patterns === undefined) return spelled;
  if (!preset.resells) return makersName(canonical, spelled);
  if (spelled.includes('/')) return spelled;
  const [, prefix = ''] = (preset.prefixes && bestMatch(preset.prefixes, canonical)) ?? [];
  const dotted = preset.dottedVersions && matchesGlob(preset.dottedVersions, canonical);
  return prefix + (dotted ? canonical.replace(VERSION_DASH, '.') : canonical);
}

/** Globs of the models that a preset's keys can answer; undefined when nothing is known. */
export function servedBy(preset: HostPreset): readonly string[] | undefined {
  return preset.prefixes && preset.patterns
    ? [...preset.patterns, ...preset.prefixes.keys()]
    : preset.patterns;
}
