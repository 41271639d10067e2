import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { AccountCreated, Bill, UsageExplanation, UsageList } from '@meridian/contract';
import { formatDollars, parseDollars } from '@meridian/core/kernel';
import {
  type ApiClient,
  createApiClient,
  databaseKinds,
  WORLD_MODEL,
  type World,
  world,
} from '@meridian/testkit';

interface Customer {
  readonly id: number;
  readonly api: ApiClient;
}

const REQUESTS = { reseller: 2, shop: 3, stranger: 1 } as const;

for (const kind of databaseKinds) {
  describe(`bills and lists of usage: ${kind}`, () => {
    let here: World;
    let reseller: Customer;
    let shop: Customer;
    let stranger: Customer;

    before(async () => {
      here = await world({ database: kind, account: { Name: 'reseller', CreditGranted: 100 } });
      reseller = here.account;
      const { User } = await reseller.api.call<AccountCreated>('POST', '/x-users', {
        Name: 'shop.one',
        Email: 'shop@example.com',
        Alias: 'Shop No. 1 (test)',
        CreditGranted: 20,
        Rates: 1.5,
        Level: 2,
      });
      await reseller.api.call('PUT', `/x-users/${User.ID}`, { Level: null });
      shop = { id: User.ID, api: createApiClient(() => here.server.url, User.SecretKey) };
      stranger = await here.addAccount();
      for (const [who, times] of [
        [reseller, REQUESTS.reseller],
        [shop, REQUESTS.shop],
        [stranger, REQUESTS.stranger],
      ] as const) {
        for (let i = 0; i < times; i++) await ask(who.api);
      }
    });
    after(() => here[Symbol.asyncDispose]());

    async function ask(api: ApiClient): Promise<void> {
      const messages = [{ role: 'user', content: 'hi' }];
      await api.call('POST', '/v1/chat/completions', { model: WORLD_MODEL, messages });
    }

    async function listAll(api: ApiClient, query = ''): Promise<UsageList['data']> {
      const entries: UsageList['data'] = [];
      let after = '';
      for (let pages = 0; pages < 20; pages++) {
        const list = await api.call<UsageList>('GET', `/x-usage?limit=2${after}${query}`);
        entries.push(...list.data);
        assert.equal(list.has_more, list.next !== null);
        if (list.next === null) return entries;
        after = `&after=${encodeURIComponent(list.next)}`;
      }
      assert.fail('the list has no end');
    }

    function total(amounts: readonly (string | number)[]): string {
      return formatDollars(amounts.reduce((sum, each) => sum + (parseDollars(each) ?? 0n), 0n));
    }

    test('a list has every charge of the subtree once, and each is explained alike', async () => {
      const entries = await listAll(reseller.api);
      assert.equal(entries.length, REQUESTS.reseller + REQUESTS.shop);
      assert.equal(new Set(entries.map(({ id }) => id)).size, entries.length);
      assert.deepEqual(
        entries.map(({ account_id }) => account_id),
        [...Array(REQUESTS.shop).fill(shop.id), ...Array(REQUESTS.reseller).fill(reseller.id)],
      );
      for (const entry of entries) {
        const { charged_at, cost, cost_base, price_source, multiplier, factor, rates, ...rest } =
          entry;
        const told = await reseller.api.call<UsageExplanation>('GET', `/x-usage/${entry.id}`);
        const { charge, ...record } = told;
        assert.deepEqual(rest, record);
        assert.deepEqual(
          { cost, cost_base, price_source, multiplier, factor, rates },
          {
            cost: charge.cost,
            cost_base: charge.cost_base,
            price_source: charge.price_source,
            multiplier: charge.multiplier,
            factor: charge.factor,
            rates: charge.rates,
          },
        );
        assert.ok(Date.parse(charged_at) <= Date.now());
        assert.equal(rates, entry.account_id === shop.id ? 1.5 : 1);
      }
    });

    test('an account is meant by id, name, e-mail, alias or DNA, and strangers are not found', async () => {
      const dna = `.1.${reseller.id}.`;
      const alias = encodeURIComponent('shop no. 1 (TEST)');
      for (const user of [shop.id, 'SHOP.one', 'shop@example.com', alias, `${dna}${shop.id}.`]) {
        assert.equal((await listAll(reseller.api, `&user=${user}`)).length, REQUESTS.shop);
        const bill = await reseller.api.call<Bill>('GET', `/x-bill?u=${user}`);
        assert.equal(bill.total_usage.requests, REQUESTS.shop, String(user));
        assert.deepEqual(bill.usage_users[0]?.name, 'shop.one');
      }
      assert.equal((await listAll(reseller.api, `&user=${dna}`)).length, 5);
      assert.equal((await listAll(reseller.api, `&user=${reseller.id}`)).length, REQUESTS.reseller);
      assert.deepEqual(await listAll(reseller.api, '&user=L7'), []);
      const strangers = [
        stranger.id,
        `.1.${stranger.id}.`,
        '.1.',
        1,
        'root',
        'customer-2',
        'no one',
      ];
      for (const path of ['/x-usage', '/x-bill']) {
        for (const user of strangers) {
          const answer = await reseller.api.request('GET', `${path}?user=${user}`);
          assert.equal(answer.status, 404, `${path} ${user}`);
        }
        const parent = await shop.api.request('GET', `${path}?user=${reseller.id}`);
        assert.equal(parent.status, 404);
      }
    });

    test('conditions and times choose what is listed', async () => {
      const today = new Date().toISOString().slice(0, 10);
      assert.equal((await listAll(reseller.api, `&from=${today}&to=${today}`)).length, 5);
      assert.equal((await listAll(reseller.api, `&model=${WORLD_MODEL}`)).length, 5);
      assert.equal((await listAll(reseller.api, '&surface=/v1/chat/completions')).length, 5);
      assert.equal((await listAll(reseller.api, '&surface=chat&outcome=complete')).length, 5);
      for (const none of ['model=gpt-4o', 'outcome=cut', 'surface=/v1/messages', 'to=2020-01-01']) {
        assert.deepEqual(await listAll(reseller.api, `&${none}`), [], none);
      }
      const cursor = await reseller.api.request('GET', '/x-usage?after=nonsense');
      assert.match(cursor.text, /"param":"after"/);
      const long = await reseller.api.request('GET', '/x-usage?from=2020-01-01');
      assert.match(long.text, /"param":"from"/);
    });

    test('a bill is the sum of its charges, in the dollars of each account', async () => {
      const entries = await listAll(reseller.api);
      const bill = await reseller.api.call<Bill>('GET', '/x-bill');
      const costs = entries.map(({ cost }) => cost);
      const bases = entries.map((entry) => entry.cost_base);
      assert.equal(total([bill.total_usage.cost]), total(costs));
      assert.equal(total([bill.total_usage.cost_base]), total(bases));
      assert.equal(total(bill.data.map(({ cost }) => cost)), total(costs));
      assert.equal(bill.total_usage.requests, entries.length);
      const details = bill.data.map((day) => day.usage_details[WORLD_MODEL]);
      assert.equal(total(details.map((each) => each?.cost ?? 0)), total(costs));
      assert.equal(
        bill.data.reduce((sum, day) => sum + day.n_context_tokens_total, 0),
        entries.reduce((sum, { usage }) => sum + (usage.input ?? 0) + (usage.cacheRead ?? 0), 0),
      );
      const shares = bill.usage_users.map(({ id, total_requests: n }) => [id, n]);
      assert.deepEqual(shares, [
        [shop.id, REQUESTS.shop],
        [reseller.id, REQUESTS.reseller],
      ]);
      assert.equal(total(bill.usage_users.map((each) => each.total_cost)), total(costs));
      const percent = bill.usage_users.map(({ usage_analysis: share }) => share.request_percentage);
      assert.deepEqual(percent, [60, 40]);
      assert.ok(bill.data[0] && bill.data[0].aggregation_timestamp % 86_400 === 0);
    });

    test('users of a bill are paged, its sums are not', async () => {
      const answer = await reseller.api.request('GET', '/x-bill?size=1&page=2');
      const bill = answer.json<Bill>();
      assert.equal(answer.headers.get('x-total-count'), '2');
      assert.equal(answer.headers.get('x-total-pages'), '2');
      assert.deepEqual(
        bill.usage_users.map(({ id }) => id),
        [reseller.id],
      );
      assert.equal(bill.total_usage.requests, 5);
    });

    test('one’s own bill leaves out who is below', async () => {
      const bills: unknown[] = [];
      for (const path of [
        '/dashboard/bill',
        '/dashboard/x-user-bill',
        `/x-bill?u=${reseller.id}`,
      ]) {
        bills.push(await reseller.api.call<Bill>('GET', path));
      }
      assert.deepEqual(bills[0], bills[1]);
      assert.deepEqual(bills[0], bills[2]);
      assert.equal((bills[0] as Bill).total_usage.requests, REQUESTS.reseller);
      const before = await reseller.api.call<Bill>('GET', '/dashboard/bill?d=2020-02-29');
      assert.deepEqual(before.data, []);
      assert.deepEqual(before.usage_users, []);
      assert.equal(before.total_usage.cost, 0);
    });

    test('both come as CSV with exact amounts', async () => {
      const csv = await reseller.api.request('GET', '/x-usage?limit=3', {
        headers: { accept: 'text/csv' },
      });
      assert.match(csv.headers.get('content-type') ?? '', /^text\/csv/);
      assert.ok(csv.headers.get('x-next-cursor'));
      const [head = '', ...lines] = csv.text.trimEnd().split('\r\n');
      const column = head.split(',').indexOf('cost');
      const entries = await listAll(reseller.api);
      assert.deepEqual(
        lines.map((line) => line.split(',')[column]),
        entries.slice(0, 3).map(({ cost }) => cost),
      );
      const bill = await reseller.api.request('GET', '/x-bill?format=csv');
      const cells = bill.text
        .trimEnd()
        .split('\r\n')
        .slice(1)
        .map((line) => line.split(','));
      assert.equal(
        total(cells.map((line) => line[6] ?? '')),
        total(entries.map(({ cost }) => cost)),
      );
    });

    test('a deleted account stays on the bill of its parent, found by its id', async () => {
      await here.root.call('DELETE', `/x-users/${stranger.id}`);
      const path = `/x-bill?user=${stranger.id}`;
      const bill = await here.root.call<Bill>('GET', path);
      assert.equal(bill.total_usage.requests, REQUESTS.stranger);
      assert.equal((await reseller.api.request('GET', path)).status, 404);
      const all = await here.root.call<Bill>('GET', '/x-bill?days=366');
      assert.equal(all.total_usage.requests, 6);
      assert.equal(all.usage_users.length, 3);
    });
  });
}
