import {
  createFakeUpstream,
  createFamilyPlayer,
  type FakeUpstream,
  type FamilyName,
  type FamilyPlayer,
  type UpstreamFamily,
  upstreamFamilies,
} from '@meridian/testkit';
import type { Service } from '../service.ts';

/** An upstream of a family with its key, at a level of its own, and an account of that level. */
export interface ServedFamily extends AsyncDisposable {
  readonly family: UpstreamFamily;
  readonly upstream: FakeUpstream;
  readonly player: FamilyPlayer;
  /** The name under which clients ask for its model. */
  readonly model: string;
  /** The secret key of the account. */
  readonly apiKey: string;
}

/** How a key for a family is set up, and which model it serves under which name there. */
interface Setup {
  readonly model: string;
  /** The model's name at the upstream, where it is another. */
  readonly upstreamModel?: string;
  readonly config: Readonly<Record<string, unknown>>;
}

const SETUPS: Readonly<Record<FamilyName, Setup>> = {
  // At a host that nobody knows a key of the standard type speaks chat.
  chat: {
    model: 'scripted-chat-model',
    config: { provider_type: 'standard', default_price: { input: 1, output: 2 } },
  },
  // Of OpenAI's models those called pro answer at /v1/responses only.
  responses: { model: 'gpt-5-pro', config: { provider_type: 'openai' } },
  messages: { model: 'claude-sonnet-4-6', config: { provider_type: 'anthropic' } },
  gemini: { model: 'gemini-3.5-flash', config: { provider_type: 'gemini' } },
  converse: {
    model: 'claude-sonnet-4-5',
    upstreamModel: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
    config: { provider_type: 'bedrock', region: 'eu-west-1' },
  },
};

/** Level 1 has the keys of the world. */
const LEVEL_FIRST = 2;

/** Makes served families of one service, each on its own. */
export function createFamilyMaker(service: Service): (name: FamilyName) => Promise<ServedFamily> {
  let made = 0;
  return async (name) => {
    const { model, upstreamModel = model, config } = SETUPS[name];
    const level = LEVEL_FIRST + made++;
    const secret = `secret-of-the-upstream-${name}-${level}`;
    await using stack = new AsyncDisposableStack();
    const upstream = stack.use(await createFakeUpstream());
    await service.world.root.call('POST', '/x-keys', {
      SecretKey: secret,
      Name: `${name}-${level}`,
      Level: level,
      Provider: upstream.url,
      Config: { ...config, models: [model] },
    });
    const account = await service.world.addAccount({ Level: level });
    const family = upstreamFamilies[name];
    const owned = stack.move();
    return {
      family,
      upstream,
      player: createFamilyPlayer(family, { secret, model: upstreamModel }),
      model,
      apiKey: account.api.key,
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    };
  };
}
