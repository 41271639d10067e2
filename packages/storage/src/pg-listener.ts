import pg from 'pg';

const RECONNECT_MS_MIN = 100;
const RECONNECT_MS_MAX = 5_000;

type OnMessage = (payload: string) => void;

/** What a listener needs: how to connect, and whom to tell about lost connections. */
interface ListenerOptions {
  readonly connection: pg.ClientConfig;
  readonly onFault: (error: unknown) => void;
}

/** NOTIFY of a server on a connection of its own, which is opened with the first channel. */
export interface Listener extends AsyncDisposable {
  listen(channel: string, onMessage: OnMessage): Promise<() => Promise<void>>;
}

/**
 * Listens on one connection that reconnects by itself and asks for all channels again. Messages
 * that were sent while it was away are lost; whoever listens also polls.
 */
export function createListener({ connection, onFault }: ListenerOptions): Listener {
  const channels = new Map<string, Set<OnMessage>>();
  let client: pg.Client | undefined;
  let connecting: Promise<pg.Client> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let retryMs = RECONNECT_MS_MIN;
  let isClosed = false;

  function onLost(lost: pg.Client, error?: unknown): void {
    if (client !== lost) return;
    client = undefined;
    if (error !== undefined) onFault(error);
    void lost.end().catch(onFault);
    scheduleReconnect();
  }

  function scheduleReconnect(): void {
    if (isClosed || retry || channels.size === 0) return;
    retry = setTimeout(() => {
      retry = undefined;
      connected().catch((error) => {
        onFault(error);
        scheduleReconnect();
      });
    }, retryMs);
    retryMs = Math.min(retryMs * 2, RECONNECT_MS_MAX);
  }

  async function connect(): Promise<pg.Client> {
    const fresh = new pg.Client(connection);
    fresh.on('notification', ({ channel, payload }) => {
      for (const onMessage of channels.get(channel) ?? []) onMessage(payload ?? '');
    });
    fresh.on('error', (error) => onLost(fresh, error));
    fresh.on('end', () => onLost(fresh));
    try {
      await fresh.connect();
      for (const channel of channels.keys()) await fresh.query(`listen "${channel}"`);
    } catch (error) {
      await fresh.end().catch(onFault);
      throw error;
    }
    client = fresh;
    retryMs = RECONNECT_MS_MIN;
    return fresh;
  }

  function connected(): Promise<pg.Client> {
    if (isClosed) return Promise.reject(new Error('the database is closed'));
    if (client) return Promise.resolve(client);
    connecting ??= connect().finally(() => {
      connecting = undefined;
    });
    return connecting;
  }

  async function stop(channel: string, onMessage: OnMessage): Promise<void> {
    const listeners = channels.get(channel);
    if (!listeners?.delete(onMessage) || listeners.size > 0) return;
    channels.delete(channel);
    await client?.query(`unlisten "${channel}"`).catch(onFault);
  }

  return {
    async listen(channel, onMessage) {
      const listeners = channels.get(channel) ?? new Set();
      listeners.add(onMessage);
      channels.set(channel, listeners);
      try {
        const connection = await connected();
        await connection.query(`listen "${channel}"`);
      } catch (error) {
        await stop(channel, onMessage);
        throw error;
      }
      return () => stop(channel, onMessage);
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      clearTimeout(retry);
      const open = client ?? (await connecting?.catch(() => undefined));
      client = undefined;
      await open?.end();
    },
  };
}
