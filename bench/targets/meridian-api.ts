import { randomInt } from 'node:crypto';

const KEY_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const KEY_RANDOM_CHARACTERS = 45;
const CALL_WAIT_MS = 15_000;

/** A key of the form that accounts have. */
export function randomAccountKey(): string {
  let key = 'sk-Xvs';
  for (let i = 0; i < KEY_RANDOM_CHARACTERS; i++) {
    key += KEY_ALPHABET[randomInt(KEY_ALPHABET.length)];
  }
  return key;
}

/** Calls of the management API. */
export interface MeridianApi {
  /** Resolves to the parsed answer; rejects with the server's words when the status is not 2xx. */
  call(key: string, method: string, path: string, body?: unknown): Promise<unknown>;
  /** The status of a GET without a key; undefined while nothing listens. */
  probe(path: string): Promise<number | undefined>;
  /** The text of a GET without a key; undefined when it is not 200. */
  text(path: string): Promise<string | undefined>;
}

/** The API of the server at `port` of this machine. */
export function createMeridianApi(port: number): MeridianApi {
  const origin = `http://127.0.0.1:${port}`;
  const signal = (): AbortSignal => AbortSignal.timeout(CALL_WAIT_MS);
  const get = async (path: string): Promise<Response | undefined> => {
    try {
      return await fetch(`${origin}${path}`, { signal: signal() });
    } catch {
      // Not listening yet; who polls asks again, and gives up by time.
      return undefined;
    }
  };
  return {
    call: async (key, method, path, body) => {
      const response = await fetch(`${origin}${path}`, {
        method,
        signal: signal(),
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return JSON.parse(text);
    },
    probe: async (path) => {
      const response = await get(path);
      await response?.arrayBuffer();
      return response?.status;
    },
    text: async (path) => {
      const response = await get(path);
      const text = await response?.text();
      return response?.status === 200 ? text : undefined;
    },
  };
}

/** The value at a path of keys inside parsed JSON; undefined where it does not lead anywhere. */
export function at(value: unknown, ...keys: readonly (string | number)[]): unknown {
  let found = value;
  for (const key of keys) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Reflect.get(found, key);
  }
  return found;
}
