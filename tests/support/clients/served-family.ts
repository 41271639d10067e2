import { generateKeyPairSync } from 'node:crypto';
import {
  createFakeUpstream,
  createFamilyPlayer,
  type FakeUpstream,
  type FamilyName,
  type FamilyPlayer,
  jsonReply,
  type UpstreamFamily,
  upstreamFamilies,
} from '@meridian/testkit';
import type { Service } from '../service.ts';

/** An upstream of a family with its key, at a level of its own, and an account of that level. */
export interface ServedFamily extends AsyncDisposable {
  readonly name: HostName;
  readonly family: UpstreamFamily;
  readonly upstream: FakeUpstream;
  readonly player: FamilyPlayer;
  /** The name under which clients ask for its model. */
  readonly model: string;
  /** The secret key of the account. */
  readonly apiKey: string;
}

/** Families of upstreams: one for each wire, and the clouds that speak some of them in their own way. */
export type HostName = FamilyName | 'azure' | 'vertex';

/** How a key for a family is set up, and which model it serves under which name there. */
interface Setup {
  readonly wire: FamilyName;
  readonly model: string;
  /** The model's name at the upstream, where it is another. */
  readonly upstreamModel?: string;
  config(here: Here): Readonly<Record<string, unknown>>;
  /** Where it departs from others that speak its wire. */
  readonly ways?: Partial<UpstreamFamily>;
}

/** Where the upstream is, and what gives access tokens for it. */
interface Here {
  readonly url: string;
  readonly tokenUrl: string;
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' });

/** The `Config` of a key for Vertex AI whose access tokens are fetched from this address. */
export function vertexAccount(tokenUrl: string) {
  return {
    provider_type: 'vertex',
    project_id: 'my-project',
    client_email: 'meridian@my-project.iam.gserviceaccount.com',
    private_key: PEM,
    token_uri: tokenUrl,
  };
}

const SETUPS: Readonly<Record<HostName, Setup>> = {
  // At a host that nobody knows a key of the standard type speaks chat.
  chat: {
    wire: 'chat',
    model: 'scripted-chat-model',
    config: () => ({ provider_type: 'standard', default_price: { input: 1, output: 2 } }),
  },
  // Of OpenAI's models those called pro answer at /v1/responses only.
  responses: {
    wire: 'responses',
    model: 'gpt-5-pro',
    config: () => ({ provider_type: 'openai' }),
  },
  messages: {
    wire: 'messages',
    model: 'claude-sonnet-4-6',
    config: () => ({ provider_type: 'anthropic' }),
  },
  gemini: {
    wire: 'gemini',
    model: 'gemini-3.5-flash',
    config: () => ({ provider_type: 'gemini' }),
  },
  converse: {
    wire: 'converse',
    model: 'claude-sonnet-4-5',
    upstreamModel: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
    config: () => ({ provider_type: 'bedrock', region: 'eu-west-1' }),
  },
  azure: {
    wire: 'chat',
    model: 'scripted-azure-model',
    upstreamModel: 'prod four',
    config: () => ({
      provider_type: 'azure',
      model_mapping: { 'scripted-azure-*': 'prod four' },
      api_versions: { chat: '2024-10-21' },
      default_price: { input: 1, output: 2 },
    }),
    ways: {
      pathOf: (model) =>
        `/openai/deployments/${encodeURIComponent(model)}/chat/completions?api-version=2024-10-21`,
      credentialOf: (secret) => ['api-key', secret],
    },
  },
  vertex: {
    wire: 'gemini',
    model: 'gemini-3.5-flash',
    config: ({ url, tokenUrl }) => ({
      ...vertexAccount(tokenUrl),
      base_url: `${url}/v1/projects/{project}/locations/{location}`,
    }),
    ways: {
      pathOf: (model, isStream) =>
        `/v1/projects/my-project/locations/global/publishers/google/models/${model}:${
          isStream ? 'streamGenerateContent?alt=sse' : 'generateContent'
        }`,
      credentialOf: (secret) => ['authorization', `Bearer ${secret}`],
    },
  },
};

/** Every family, by its name. */
export const HOSTS = Object.keys(SETUPS) as readonly HostName[];

/** The wire that a family speaks. */
export const wireOf = (name: HostName): FamilyName => SETUPS[name].wire;

/** Level 1 has the keys of the world. */
const LEVEL_FIRST = 2;

/** Makes served families of one service, each on its own. */
export function createFamilyMaker(service: Service): (name: HostName) => Promise<ServedFamily> {
  let made = 0;
  return async (name) => {
    const { wire, model, upstreamModel = model, config, ways } = SETUPS[name];
    const level = LEVEL_FIRST + made++;
    const secret = `secret-of-the-upstream-${name}-${level}`;
    await using stack = new AsyncDisposableStack();
    const upstream = stack.use(await createFakeUpstream());
    const tokens = stack.use(await createFakeUpstream());
    tokens.handle(() =>
      jsonReply({ access_token: secret, expires_in: 3_599, token_type: 'Bearer' }),
    );
    const here = { url: upstream.url, tokenUrl: `${tokens.url}/token` };
    await service.world.root.call('POST', '/x-keys', {
      SecretKey: secret,
      Name: `${name}-${level}`,
      Level: level,
      Provider: upstream.url,
      Config: { ...config(here), models: [model] },
    });
    const account = await service.world.addAccount({ Level: level });
    const family = { ...upstreamFamilies[wire], ...ways };
    const owned = stack.move();
    return {
      name,
      family,
      upstream,
      player: createFamilyPlayer(family, { secret, model: upstreamModel }),
      model,
      apiKey: account.api.key,
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    };
  };
}
