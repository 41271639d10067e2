import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { voiceAt } from './voices.ts';

const SIX = ['alloy', 'echo', 'fable', 'onyx', 'nova', 'shimmer'] as const;

/** A model of every vendor with speech, as its upstream calls it, and two of its voices. */
const MODELS: readonly (readonly [vendor: string, model: string, alloy: string, nova: string])[] = [
  ['OpenAI', 'tts-1', 'alloy', 'nova'],
  ['OpenAI', 'gpt-4o-mini-tts', 'alloy', 'nova'],
  ['Azure, by a deployment’s own name', 'prod-speech', 'alloy', 'nova'],
  ['the sandbox', 'sandbox-speech', 'alloy', 'nova'],
  ['Google', 'gemini-2.5-flash-preview-tts', 'Kore', 'Leda'],
  ['Google, by its full name', 'models/gemini-2.5-pro-preview-tts', 'Kore', 'Leda'],
  ['Groq', 'canopylabs/orpheus-v1-english', 'hannah', 'autumn'],
  ['Groq, in Arabic', 'canopylabs/orpheus-arabic-saudi', 'noura', 'lulwa'],
  ['Together', 'canopylabs/orpheus-3b-0.1-ft', 'tara', 'leah'],
  ['Together', 'hexgrad/Kokoro-82M', 'af_alloy', 'af_nova'],
  ['Together', 'cartesia/sonic-2', 'helpful woman', 'laidback woman'],
  ['Zhipu', 'glm-tts', 'tongtong', 'chuichui'],
  ['Zhipu', 'cogtts', 'tongtong', 'chuichui'],
  ['a server of one’s own', 'kokoro', 'af_alloy', 'af_nova'],
];

describe('the six voices that clients name', () => {
  for (const [vendor, model, alloy, nova] of MODELS) {
    test(`are six voices of ${vendor}: ${model}`, () => {
      const own = SIX.map((voice) => voiceAt(model, voice));
      assert.equal(new Set(own).size, SIX.length, own.join());
      assert.deepEqual([own[0], own[4]], [alloy, nova]);
      assert.deepEqual(
        SIX.map((voice) => voiceAt(model, voice.toUpperCase()).toLowerCase()),
        own.map((voice) => voice.toLowerCase()),
      );
    });

    test(`leave the own names of ${model} alone`, () => {
      assert.equal(voiceAt(model, 'a-voice-of-its-own'), 'a-voice-of-its-own');
      assert.equal(voiceAt(model, '__proto__'), '__proto__');
    });
  }
});
