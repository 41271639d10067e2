import { type ApiAnswer, createApiClient } from '@meridian/testkit';
import { createFamilyMaker, type ServedFamily } from './clients/served-family.ts';
import { type Service, startService } from './service.ts';

/** A server with an upstream of OpenAI's chat, which other vendors' clients are answered from. */
export interface VendorWorld extends AsyncDisposable {
  readonly service: Service;
  readonly served: ServedFamily;
  /** Asks with the key of the account that reaches the upstream. */
  ask(path: string, body: object, headers?: Readonly<Record<string, string>>): Promise<ApiAnswer>;
  /** The same where the upstream answers with a fixture. */
  answered(fixture: string, path: string, body: object): Promise<ApiAnswer>;
}

/** Starts the server. */
export async function openVendorWorld(): Promise<VendorWorld> {
  await using stack = new AsyncDisposableStack();
  const service = stack.use(await startService());
  const served = stack.use(await createFamilyMaker(service)('chat'));
  const client = createApiClient(() => service.url, served.apiKey);
  const ask: VendorWorld['ask'] = (path, body, headers = {}) =>
    client.request('POST', path, { body, headers });
  const owned = stack.move();
  return {
    service,
    served,
    ask,
    answered(fixture, path, body) {
      served.upstream.enqueue(served.player.answer(fixture));
      return ask(path, body);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
