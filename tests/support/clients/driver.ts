import type { FamilyName } from '@meridian/testkit';
import { z } from 'zod';
import type { SaidCall } from './answers.ts';

/** Where a client is pointed to: nothing else of it is changed. */
export interface Pointed {
  /** The server's origin. */
  readonly url: string;
  readonly apiKey: string;
  readonly model: string;
  /** How often the client may try again by itself. */
  readonly maxRetries: number;
}

/** What is asked besides a question. */
export interface Ask {
  readonly isStream: boolean;
  /** Offers `TOOLS`. */
  readonly wantsTools?: boolean;
  /** Asks the model to think, and to show it. */
  readonly wantsThoughts?: boolean;
}

/**
 * The usage as a client shows it, sums where it shows sums; a count that it has no place for is
 * absent. Input includes what was read from and written to a cache, output includes reasoning.
 */
export interface ShownUsage {
  readonly input?: number | undefined;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly output?: number | undefined;
  /** The output without reasoning, of clients that show no sum. */
  readonly answer?: number | undefined;
  readonly reasoning?: number;
}

/** What a client makes of an answer. */
export interface Said {
  readonly text: string;
  /** Undefined where the client shows no thoughts. */
  readonly thoughts?: string;
  readonly calls: readonly SaidCall[];
  readonly usage: ShownUsage;
  /** Asks on: with the result of every call, or with another question where there is none. */
  next(resultOf: (call: SaidCall) => string): Promise<Said>;
}

/** What a client throws for a refusal, in its own words. */
export interface ShownError {
  /** The name of its class. */
  readonly kind: string;
  readonly status: number | undefined;
}

/** A client that is pointed to the server. */
export interface ClientSession {
  ask(question: string, ask: Ask): Promise<Said>;
  /** Asks with the client's own way to get an object by a schema, see `OBJECT`. */
  askForObject(question: string): Promise<unknown>;
  /** Streams until the first text, then stops as its users stop it. Gives what it got. */
  leaveStream(question: string): Promise<string>;
  /** What it tells of an error that it threw. */
  read(error: unknown): ShownError;
}

/** Error classes by the status that they stand for. */
export interface ErrorKinds {
  readonly badRequest: string;
  readonly unauthorized: string;
  readonly unavailable: string;
}

/** A client, and what it can carry by its own nature. */
export interface ClientDriver {
  readonly name: string;
  connect(pointed: Pointed): ClientSession;
  readonly errors: ErrorKinds;
  /** Why it shows no thoughts; absent where it does. */
  readonly hidesThoughts?: string;
  /** Why it does not bring back what only the upstream can read; undefined where it does. */
  losesSeals?(at: FamilyName, isStream: boolean): string | undefined;
  /** Why upstreams are not told the ids of calls; absent where they are. */
  readonly forgetsCallIds?: string;
  /** Why it cannot leave a stream; absent where it can. */
  readonly cannotLeave?: string;
}

/** The tools of the conversation, as JSON Schema; every fixture calls some of them. */
export const TOOLS = [
  {
    name: 'get_weather',
    description: 'The weather of a city.',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string', description: 'Its name.' } },
      required: ['city'],
    },
  },
  {
    name: 'get_time',
    description: 'The time in a zone.',
    parameters: { type: 'object', properties: { zone: { type: 'string' } } },
  },
  {
    name: 'add',
    description: 'The sum of numbers.',
    parameters: {
      type: 'object',
      properties: { numbers: { type: 'array', items: { type: 'number' } } },
      required: ['numbers'],
    },
  },
] as const;

/** The object that is asked for by its schema. */
export const OBJECT = z.object({ port: z.string(), opens: z.number() });

/** Output tokens that every client asks for at most. */
export const MAX_TOKENS = 4_000;
/** What it asks of models that think by a budget. */
export const THINKING_TOKENS = 2_000;
