import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createFakeUpstream, type FakeUpstream, jsonReply } from '@meridian/testkit';
import { EMBEDDERS, EMBEDDING_HOSTS, TEXTS, TOKENS, vectors } from './support/clients/embedders.ts';
import { type Service, startService } from './support/service.ts';

let service: Service;
let tokens: FakeUpstream;
before(async () => {
  service = await startService();
  tokens = await createFakeUpstream();
  tokens.handle(() => jsonReply({ access_token: 't', expires_in: 3_599, token_type: 'Bearer' }));
});
after(async () => {
  await tokens[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

for (const [family, { model: name, config, answer }] of Object.entries(EMBEDDING_HOSTS)) {
  describe(`vectors of an upstream that speaks as ${family} does`, () => {
    for (const [client, embed] of Object.entries(EMBEDDERS)) {
      test(`reach a client of ${client}`, async () => {
        const options = { config: config(`${tokens.url}/token`), ...(name && { name }) };
        await using model = await service.addModel(options);
        model.upstream.handle(answer);
        const before = (await service.world.account.view()).Balance;
        assert.deepEqual(await embed({ service, model: model.name }), vectors(TEXTS.length));
        const { Balance } = await service.world.account.view();
        // $1 per million tokens, as many as the upstream tells.
        assert.equal(Math.round((before - Balance) * 1e6), TOKENS);
      });
    }
  });
}
