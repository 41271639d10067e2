import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { DRIVERS } from './support/clients/drivers.ts';
import { EMBEDDERS, EMBEDDING_HOSTS } from './support/clients/embedders.ts';
import { HOSTS, type HostName } from './support/clients/served-family.ts';
import { PROOFS, type Proof } from './support/clients/suite.ts';

/** What every official client has to be proved to do at every family of upstreams. */
const NEEDS = ['chat', 'stream', 'tools', 'structured output', 'embeddings'] as const;
const FAMILIES: readonly HostName[] = [
  'chat',
  'responses',
  'messages',
  'gemini',
  'converse',
  'azure',
  'vertex',
];

/** The official clients, and the drivers that each has to be driven by. */
const CLIENTS: Readonly<Record<string, readonly string[]>> = {
  openai: ['openai chat.completions', 'openai responses'],
  '@anthropic-ai/sdk': ['@anthropic-ai/sdk'],
  '@google/genai': ['@google/genai'],
  'ai with openai': ['ai with openai.chat', 'ai with openai.responses'],
  'ai with anthropic': ['ai with anthropic'],
  'ai with google': ['ai with google'],
  '@langchain/openai': ['@langchain/openai', '@langchain/openai with useResponsesApi'],
  '@langchain/anthropic': ['@langchain/anthropic'],
  '@langchain/google-genai': ['@langchain/google-genai'],
};

/** Why some cannot embed, whatever the other side is. */
const CLIENT_REASONS: Readonly<Record<string, string>> = {
  '@anthropic-ai/sdk': 'Anthropic has no API for vectors, and its client no method',
  'ai with anthropic': 'the provider has no embedding model, as Anthropic has none',
  '@langchain/anthropic': 'the package has no embeddings, as Anthropic has none',
};
const FAMILY_REASONS: Readonly<Partial<Record<HostName, string>>> = {
  messages: 'Anthropic’s API has no endpoint for vectors',
  converse: 'Bedrock’s Converse is for conversations only',
};

const driven = Object.entries(DRIVERS).flatMap(([file, drivers]) =>
  drivers.map(({ name }) => ({ file, name })),
);

function isCovered(client: string, family: HostName, need: (typeof NEEDS)[number]): boolean {
  if (need === 'embeddings') return client in EMBEDDERS && family in EMBEDDING_HOSTS;
  const isProved = need in PROOFS && HOSTS.includes(family);
  return isProved && CLIENTS[client]!.every((name) => driven.some((one) => one.name === name));
}

function reasonOf(client: string, family: HostName, need: (typeof NEEDS)[number]) {
  return need === 'embeddings' ? (CLIENT_REASONS[client] ?? FAMILY_REASONS[family]) : undefined;
}

describe('every official client at every family of upstreams', () => {
  for (const client of Object.keys(CLIENTS)) {
    for (const family of FAMILIES) {
      test(`${client} at ${family}: each need is proved, or a reason says why it cannot be`, () => {
        for (const need of NEEDS) {
          const isProved = isCovered(client, family, need);
          const reason = reasonOf(client, family, need);
          assert.ok(isProved || reason, `nothing proves ${need}`);
          assert.ok(!isProved || !reason, `${need} is proved, so that its reason is out of date`);
        }
      });
    }
  }

  test('has no proof and no driver that the table does not know', () => {
    const needs: readonly string[] = NEEDS;
    for (const proof of Object.keys(PROOFS) as Proof[]) assert.ok(needs.includes(proof), proof);
    const known = Object.values(CLIENTS).flat();
    assert.deepEqual(driven.map(({ name }) => name).sort(), [...known].sort());
    assert.deepEqual([...HOSTS].sort(), [...FAMILIES].sort());
  });

  for (const file of Object.keys(DRIVERS)) {
    test(`${file}.test.ts runs the suite with its drivers`, () => {
      const text = readFileSync(join(import.meta.dirname, `${file}.test.ts`), 'utf8');
      assert.match(text, new RegExp(`^testClients\\(DRIVERS\\['${file}'\\]\\);$`, 'm'));
    });
  }
});
