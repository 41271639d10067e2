import type { UsageExplanation } from '@meridian/contract';
import {
  createFakeUpstream,
  type FakeUpstream,
  type World,
  type WorldOptions,
  world,
} from '@meridian/testkit';
import OpenAI, { type ClientOptions } from 'openai';
import { until } from './until.ts';

/** A model of its own at an upstream of its own, so that no test sees another's failures. */
export interface ServedModel extends AsyncDisposable {
  readonly name: string;
  readonly upstream: FakeUpstream;
  /** The secret of its provider key. */
  readonly secret: string;
}

/** A running server that the tests of one file share. */
export interface Service extends AsyncDisposable {
  readonly world: World;
  readonly url: string;
  /** The secret key of the customer. */
  readonly key: string;
  /** Adds a model with an upstream; the price is the world's, $1 and $2 per million tokens. */
  addModel(options?: ModelOptions): Promise<ServedModel>;
  /** OpenAI's own client as the customer would make it; it does not retry unless it is told to. */
  openai(options?: ClientOptions): OpenAI;
  /** The usage record of a request as soon as it is there. */
  usageOf(requestId: string | null | undefined): Promise<UsageExplanation>;
}

/** What a model may differ in. */
export interface ModelOptions {
  readonly name?: string;
  /** Names served besides `name`; may be globs. */
  readonly models?: readonly string[];
  readonly config?: Readonly<Record<string, unknown>>;
  readonly secret?: string;
}

/** Starts the server with a customer who has credit. */
export async function startService(options: WorldOptions = {}): Promise<Service> {
  const here = await world(options);
  const { root, account } = here;
  let made = 0;
  return {
    world: here,
    get url() {
      return here.server.url;
    },
    key: account.api.key,
    async addModel({ name = `test-model-${++made}`, models = [], config, secret } = {}) {
      const upstream = await createFakeUpstream();
      const ownSecret = secret ?? `upstream-secret-of-${name}-${++made}`;
      await root.call('POST', '/x-keys', {
        SecretKey: ownSecret,
        Name: `key-${++made}`,
        Level: 1,
        Provider: upstream.url,
        Config: {
          provider_type: 'standard',
          models: [name, ...models],
          default_price: { input: 1, output: 2 },
          ...config,
        },
      });
      const dispose = (): PromiseLike<void> => upstream[Symbol.asyncDispose]();
      return { name, upstream, secret: ownSecret, [Symbol.asyncDispose]: dispose };
    },
    openai: (clientOptions = {}) =>
      new OpenAI({
        baseURL: `${here.server.url}/v1`,
        apiKey: account.api.key,
        maxRetries: 0,
        logLevel: 'off',
        ...clientOptions,
      }),
    usageOf: (requestId) =>
      until(`the usage record of ${requestId}`, async () => {
        const answer = await root.request('GET', `/x-usage/${requestId}`);
        return answer.status === 200 ? answer.json<UsageExplanation>() : undefined;
      }),
    [Symbol.asyncDispose]: () => here[Symbol.asyncDispose](),
  };
}
