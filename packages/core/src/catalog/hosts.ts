/** Ends of host names and what the catalog calls the host; the first match counts. */
const HOST_SUFFIXES: readonly (readonly [suffix: string, name: string])[] = [
  ['api.openai.com', 'openai'],
  ...azureSuffixes(),
  ['api.anthropic.com', 'anthropic'],
  ['generativelanguage.googleapis.com', 'google'],
  ['aiplatform.googleapis.com', 'google'],
  ['amazonaws.com', 'bedrock'],
  ['amazonaws.com.cn', 'bedrock'],
  ['api.aws', 'bedrock'],
  ['api.deepseek.com', 'deepseek'],
  ['mistral.ai', 'mistral'],
  ['api.x.ai', 'xai'],
  ['aliyuncs.com', 'alibaba'],
  ['api.z.ai', 'zhipu'],
  ['open.bigmodel.cn', 'zhipu'],
  ['api.moonshot.ai', 'moonshot'],
  ['api.moonshot.cn', 'moonshot'],
  ['api.minimax.io', 'minimax'],
  ['api.minimaxi.com', 'minimax'],
  ['api.cohere.com', 'cohere'],
  ['api.cohere.ai', 'cohere'],
  ['api.perplexity.ai', 'perplexity'],
  ['api.voyageai.com', 'voyage'],
  ['api.jina.ai', 'jina'],
  ['api.elevenlabs.io', 'elevenlabs'],
  ['api.deepgram.com', 'deepgram'],
  ['api.assemblyai.com', 'assemblyai'],
  ['api.bfl.ai', 'black-forest-labs'],
  ['api.bfl.ml', 'black-forest-labs'],
  ['api.stability.ai', 'stability'],
  ['api.together.xyz', 'together'],
  ['api.together.ai', 'together'],
  ['api.fireworks.ai', 'fireworks'],
  ['api.deepinfra.com', 'deepinfra'],
  ['api.groq.com', 'groq'],
  ['api.cerebras.ai', 'cerebras'],
  ['openrouter.ai', 'openrouter'],
];

/** Azure has the same services in its clouds for the public, the United States' government and China. */
function azureSuffixes(): readonly (readonly [suffix: string, name: string])[] {
  const services = ['openai', 'services.ai', 'cognitiveservices'];
  return ['com', 'us', 'cn'].flatMap((cloud) =>
    services.map((service) => [`${service}.azure.${cloud}`, 'azure'] as const),
  );
}

/** Looks up what the catalog calls an upstream. */
export interface HostNames {
  /** By host name (a port is ignored); the host name itself when the catalog has none for it. */
  nameOf(host: string): string;
}

/** Host names that are remembered; more are forgotten. */
const REMEMBERED_MAX = 1_024;

export function createHostNames(): HostNames {
  const remembered = new Map<string, string>();
  return {
    nameOf(host) {
      const known = remembered.get(host);
      if (known !== undefined) return known;
      if (remembered.size >= REMEMBERED_MAX) remembered.clear();
      const name = hostName(host);
      remembered.set(host, name);
      return name;
    },
  };
}

function hostName(host: string): string {
  const bare = host.toLowerCase().replace(/:\d+$/, '');
  for (const [suffix, name] of HOST_SUFFIXES) {
    const before = bare.charAt(bare.length - suffix.length - 1);
    if (bare.endsWith(suffix) && (before === '' || before === '.' || before === '-')) return name;
  }
  return bare;
}
