import { Redis } from 'ioredis';

/** A command that is not answered in this time has failed; the request must not wait for it. */
const COMMAND_TIMEOUT_MS = 500;
const CONNECT_TIMEOUT_MS = 2_000;
const RECONNECT_MS_MAX = 2_000;

export interface RedisOptions {
  /** `redis://` or `rediss://`; may carry credentials, so it is never logged. */
  readonly url: string;
  /** Told of every lost connection and failed attempt; the client goes on trying. */
  readonly onError: (error: unknown) => void;
}

/** A connection that fails fast: while it is away commands are refused at once, not queued. */
export interface RedisConnection extends AsyncDisposable {
  readonly client: Redis;
  /** Resolves when the server answered; rejects when it cannot be reached now. */
  connect(): Promise<void>;
}

export function createRedisConnection({ url, onError }: RedisOptions): RedisConnection {
  const client = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    // A request resent after a reconnect would be counted although nobody waits for it any more.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // After a failover the old primary only reads: whoever answers to its name now has to be found.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
    retryStrategy: (times) => Math.min(50 * 2 ** times, RECONNECT_MS_MAX),
  });
  client.on('error', onError);
  return {
    client,
    connect: () => client.connect(),
    async [Symbol.asyncDispose]() {
      client.disconnect();
    },
  };
}
