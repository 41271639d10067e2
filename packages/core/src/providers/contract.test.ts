import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventStream, everySplit, fixture, fixtureNames, readMessages } from '@meridian/testkit';
import { Secret } from '../kernel/index.ts';
import {
  chatClient,
  chatUpstream,
  converseUpstream,
  geminiUpstream,
  messagesUpstream,
  openaiChat,
  responsesUpstream,
  type UpstreamWire,
  type WireName,
} from '../protocols/index.ts';
import { createProviderRegistry, PROVIDER_KINDS } from './registry.ts';
import { MAKERS } from './standard/makers.ts';
import { RESELLERS } from './standard/resellers.ts';
import { SELF_HOSTED } from './standard/self-hosted.ts';
import { type ContractRow, ROWS, SILENT } from './testing/contract-rows.ts';
import {
  CASES,
  type Case,
  type FixtureCase,
  FOLDERS,
  type Reason,
  WIRE_PROOFS,
} from './testing/wire-proofs.ts';
import type { UpstreamKey } from './types.ts';

const UPSTREAMS: Readonly<Record<WireName, UpstreamWire>> = {
  chat: chatUpstream,
  responses: responsesUpstream,
  messages: messagesUpstream,
  gemini: geminiUpstream,
  converse: converseUpstream,
};
const SECRET = 'sk-0123456789abcdefghij';
const AT = { nowMs: Date.parse('2026-11-22T10:00:00Z') };
const providers = createProviderRegistry();

type Events = ReturnType<ReturnType<UpstreamWire['openReader']>['push']>;

/** A wire of a provider. */
interface Cell {
  readonly row: ContractRow;
  readonly wire: WireName;
}

function keyOf({ type, url, config }: ContractRow): UpstreamKey {
  return {
    baseUrl: url,
    host: new URL(url).host,
    secret: new Secret(SECRET),
    config: { providerType: type, ...config },
  };
}

/** The fixture of a cell, or why there is none. The chat wire is where vendors depart from its maker. */
function proofOf({ row, wire }: Cell, what: FixtureCase): string | Reason {
  const isOwn = wire === 'chat' || Object.keys(row.paths).length === 1;
  return (isOwn ? row.proofs?.[what] : undefined) ?? WIRE_PROOFS[wire][what];
}

function streamOf(wire: WireName, name: string): Buffer {
  const path = `${FOLDERS[wire]}/${name}`;
  if (wire !== 'converse') return fixture(`${path}.sse`);
  return eventStream(readMessages(fixture(`${path}.jsonl`)));
}

function eventsOf(wire: WireName, pieces: readonly Uint8Array[]): Events {
  const reader = UPSTREAMS[wire].openReader();
  return [...pieces.flatMap((piece) => reader.push(Buffer.from(piece))), ...reader.end()];
}

const replayed = new Map<string, Events>();

/** The events of a stream, proved to be the same wherever it is cut; each stream once. */
function replay(wire: WireName, name: string, bytes = streamOf(wire, name)): Events {
  const key = `${wire} ${name} ${bytes.length}`;
  const known = replayed.get(key);
  if (known) return known;
  const events = eventsOf(wire, [bytes]);
  const expected = JSON.stringify(events);
  for (const pieces of everySplit(bytes, { random: 5 })) {
    assert.equal(JSON.stringify(eventsOf(wire, pieces)), expected);
  }
  replayed.set(key, events);
  return events;
}

const stopsOf = (events: Events): readonly string[] =>
  events.flatMap((event) => (event.kind === 'stop' ? [event.reason] : []));

function textOf(events: Events, type: string): string {
  const blocks = new Set<number>();
  let text = '';
  for (const event of events) {
    if (event.kind === 'open' && event.head.type === type) blocks.add(event.block);
    if (event.kind === 'delta' && blocks.has(event.block)) text += event.text;
  }
  return text;
}

const callsOf = (events: Events): number =>
  events.filter((event) => event.kind === 'open' && event.head.type === 'toolCall').length;

function usageOf(events: Events) {
  const told = events.findLast((event) => event.kind === 'usage');
  assert.ok(told?.kind === 'usage', 'a usage is told');
  assert.equal(told.isSuspicious, false);
  return told.usage;
}

/** The answer of a fixture, whole and streamed: both have to tell the same usage. */
function bothForms({ wire }: Cell, name: string) {
  const whole = UPSTREAMS[wire].decodeAnswer(fixture(`${FOLDERS[wire]}/${name}.json`));
  assert.ok(whole, 'the whole answer is read');
  const events = replay(wire, name);
  assert.deepEqual(usageOf(events), whole.usage);
  const [choice] = whole.choices;
  assert.ok(choice);
  assert.ok(stopsOf(events).includes(choice.stop), `${choice.stop} is told in the stream too`);
  return { events, usage: whole.usage, ...choice };
}

/** How each case with a fixture is proved. */
const PROOFS: Readonly<Record<FixtureCase, (cell: Cell, name: string) => void>> = {
  'whole answer'({ wire }, name) {
    const answer = UPSTREAMS[wire].decodeAnswer(fixture(`${FOLDERS[wire]}/${name}.json`));
    const said = answer?.choices[0]?.parts.some((part) => part.type === 'text' && part.text !== '');
    assert.ok(said && answer?.usage && !answer.isSuspicious);
  },
  'text stream'({ wire }, name) {
    const events = replay(wire, name);
    assert.notEqual(textOf(events, 'text'), '');
    assert.ok(usageOf(events).output > 0);
    assert.equal(stopsOf(events).length, 1);
  },
  'parallel tool calls'(cell, name) {
    const { events, parts, stop } = bothForms(cell, name);
    const calls = parts.filter((part) => part.type === 'toolCall');
    assert.ok(calls.length >= (name === 'vertex-tool-call' ? 1 : 2), `${calls.length} calls`);
    assert.equal(callsOf(events), calls.length);
    assert.equal(stop, 'toolCalls');
    const told = calls.map((call) => (call.type === 'toolCall' ? call.arguments : '')).join('');
    assert.equal(withoutSpace(textOf(events, 'toolCall')), withoutSpace(told));
  },
  reasoning(cell, name) {
    const { events, usage } = bothForms(cell, name);
    const isTold = textOf(events, 'reasoning') !== '';
    const isSealed = JSON.stringify(events).includes('"seal"');
    assert.ok(isTold || isSealed || (usage?.reasoning ?? 0) > 0, 'the thoughts leave a trace');
  },
  'cache usage'(cell, name) {
    const { usage } = bothForms(cell, name);
    const { cacheRead = 0, cacheWrite5m = 0, cacheWrite1h = 0 } = usage ?? {};
    assert.ok(cacheRead + cacheWrite5m + cacheWrite1h > 0);
  },
  refusal(cell, name) {
    const { parts, stop } = bothForms(cell, name);
    assert.ok(stop === 'refusal' || parts.some((part) => part.type === 'refusal'));
  },
  'length stop'(cell, name) {
    assert.equal(bothForms(cell, name).stop, 'length');
  },
  'content filter'(cell, name) {
    assert.equal(bothForms(cell, name).stop, 'contentFilter');
  },
  'error in a stream'({ wire }, name) {
    const events = replay(wire, name);
    const error = events.find((event) => event.kind === 'error');
    assert.ok(error?.kind === 'error' && error.error.message !== '');
    assert.deepEqual(stopsOf(events), []);
  },
  'cut stream'({ wire }, name) {
    const whole = streamOf(wire, name);
    for (const part of [0.3, 0.5, 0.7]) {
      const cut = whole.subarray(0, Math.floor(whole.length * part));
      assert.deepEqual(stopsOf(lenient(() => eventsOf(wire, [cut]))), []);
    }
  },
};

/** Cut inside an event the rest is no event, and may break the reader. */
function lenient(read: () => Events): Events {
  try {
    return read();
  } catch (error) {
    assert.equal((error as Error).constructor.name, 'BrokenStream');
    return [];
  }
}

const withoutSpace = (text: string): string => text.replaceAll(/\s/g, '');

const QUESTION = {
  model: 'm',
  max_tokens: 500,
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'What opens when?' },
  ],
};
const CONTENT_FIELD: Readonly<Record<WireName, string>> = {
  chat: 'messages',
  responses: 'input',
  messages: 'messages',
  gemini: 'contents',
  converse: 'messages',
};

function proveRequest({ row, wire }: Cell): void {
  const provider = providers.get(row.kind);
  const key = keyOf(row);
  const quirks = provider.quirks(key);
  const model = provider.upstreamModel(key, row.model, row.model);
  const call = openaiChat.decode(Buffer.from(JSON.stringify(QUESTION)));
  const { body, losses } = UPSTREAMS[wire].encodeRequest(chatClient.decodeRequest(call), {
    model,
    canonical: row.model,
    includeUsage: quirks.includeUsage,
    ...(quirks.outputBound !== 'either' && { outputField: quirks.outputBound }),
    ...(quirks.unsupported && { unsupported: quirks.unsupported }),
    ...(row.kind === 'vertex' && { isVertex: true }),
  });
  assert.deepEqual(losses, []);
  const paths = [row.paths[wire]].flat();
  for (const stream of [false, true]) {
    const request = provider.request(key, { endpoint: wire, model, body, stream }, AT);
    assert.equal(request.method, 'POST');
    assert.equal(request.path, paths[stream ? paths.length - 1 : 0]);
    assert.equal(request.reach, 'public');
    const sent = JSON.parse(request.body.toString()) as Record<string, unknown>;
    assert.ok(Array.isArray(sent[CONTENT_FIELD[wire]]), CONTENT_FIELD[wire]);
    const isInBody = wire !== 'gemini' && wire !== 'converse' && !row.hidesModel;
    assert.equal(sent.model, isInBody ? model : undefined);
    const isShown = request.headers.some((value) => value.includes(SECRET));
    assert.equal(isShown, !row.isSignedLater);
  }
}

/** Statuses that every wire has an error body for, at least. */
const STATUSES_LEAST = 5;

function proveErrors({ row, wire }: Cell): void {
  const provider = providers.get(row.kind);
  const names = fixtureNames(FOLDERS[wire], 'json').filter((name) => /^error-\d/.test(name));
  const statuses = new Set(names.map((name) => Number(name.slice(6, 9))));
  assert.ok(statuses.size >= STATUSES_LEAST, [...statuses].join());
  for (const name of names) {
    const status = Number(name.slice(6, 9));
    const body = fixture(`${FOLDERS[wire]}/${name}.json`);
    assert.notEqual(UPSTREAMS[wire].readError(body).message, '', name);
    const verdict = provider.judge({ status, headers: () => undefined, body });
    const isUpstreams = status === 401 || status === 429 || status >= 500;
    if (isUpstreams) assert.ok(verdict.retry && verdict.cause !== 'caller', name);
  }
}

for (const row of ROWS) {
  describe(row.name, () => {
    test('speaks the wires that its documents name', () => {
      const wires = providers.get(row.kind).wires(keyOf(row), row.model);
      assert.deepEqual([...wires].sort(), Object.keys(row.paths).sort());
    });

    for (const wire of Object.keys(row.paths) as WireName[]) {
      const cell = { row, wire };
      for (const what of CASES) {
        if (!reasonOf(cell, what)) test(`${wire}: ${what}`, () => prove(cell, what));
      }
    }
  });
}

function reasonOf(cell: Cell, what: Case): Reason | undefined {
  if (what === 'request' || what === 'error bodies') return undefined;
  const proof = proofOf(cell, what);
  return typeof proof === 'string' ? undefined : proof;
}

function prove(cell: Cell, what: Case): void {
  if (what === 'request') proveRequest(cell);
  else if (what === 'error bodies') proveErrors(cell);
  else {
    const proof = proofOf(cell, what);
    assert.ok(typeof proof === 'string');
    PROOFS[what](cell, proof);
  }
}

/** What a fixture would be called that a wire is said to have none of. */
const USUAL_NAMES: Readonly<Partial<Record<Case, string>>> = {
  refusal: 'refusal',
  'content filter': 'content-filter',
};

test('a wire has no fixture of what it is said not to know', () => {
  for (const [wire, proofs] of Object.entries(WIRE_PROOFS)) {
    for (const [what, proof] of Object.entries(proofs)) {
      if (typeof proof === 'string') continue;
      const name = USUAL_NAMES[what as Case];
      assert.ok(name, `${wire}: ${what} may not be left out`);
      const names = fixtureNames(FOLDERS[wire as WireName], 'json');
      assert.ok(!names.includes(name), `${wire} has ${name}: ${proof.because}`);
    }
  }
});

test('no provider and no preset is without a row, or a reason to have none', () => {
  const kinds = new Set<string>(ROWS.map(({ kind }) => kind));
  for (const kind of PROVIDER_KINDS) assert.ok(kinds.has(kind) || kind in SILENT, kind);
  const vendors = [...MAKERS, ...RESELLERS, ...SELF_HOSTED];
  const rows = new Set(ROWS.filter(({ kind }) => kind === 'standard').map(({ name }) => name));
  for (const { vendor, wires } of vendors) {
    assert.equal(rows.has(vendor), wires.length > 0, vendor);
    assert.ok(rows.has(vendor) || vendor in SILENT, vendor);
  }
});
