import assert from 'node:assert/strict';
import { assertAbsent, type Canary } from './canaries.ts';
import { type ServedModel, type Service, startService } from './service.ts';

export const PROVIDER_SECRET = 'sk-proj-CanaryProvider+/=0123456789';
export const PROMPT = 'canary-prompt-Überraschung-0123456789';
const METRICS_TOKEN = 'canary-metrics-token-0123456789';

/** What came back, as one text. */
export interface Seen {
  readonly status: number;
  /** Headers and body. */
  readonly text: string;
}

export interface SeenRequest {
  /** Default `POST`. */
  readonly method?: string;
  /** Default: the customer's key. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A server full of secrets that must not be found outside. */
export interface CanaryService extends AsyncDisposable {
  readonly service: Service;
  readonly model: ServedModel;
  readonly providerKey: Canary;
  readonly accountKey: Canary;
  readonly prompt: Canary;
  send(path: string, request?: SeenRequest): Promise<Seen>;
  /** A chat with the prompt. */
  chat(stream: boolean): Readonly<Record<string, unknown>>;
  /** Stops the server and proves that no log line and no metric has any of the secrets. */
  assertSilent(): Promise<void>;
}

/** Starts the server with a provider key, a customer and a metrics token, and with every log line. */
export async function startCanaryService(): Promise<CanaryService> {
  const service = await startService({
    env: {
      MERIDIAN_LOG_LEVEL: 'trace',
      MERIDIAN_METRICS_TOKEN: METRICS_TOKEN,
      MERIDIAN_SANDBOX: 'on',
    },
  });
  const model = await service.addModel({ name: 'canary-model', secret: PROVIDER_SECRET });
  const providerKey = { name: 'the provider key', text: PROVIDER_SECRET };
  const accountKey = { name: 'the account key', text: service.key };
  const prompt = { name: 'the prompt', text: PROMPT };
  const { server } = service.world;
  const metricsToken = { name: 'the metrics token', text: METRICS_TOKEN };
  const rootKey = { name: 'the root key', text: server.rootKey };
  const all = [providerKey, accountKey, prompt, metricsToken, rootKey];
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
  return {
    service,
    model,
    providerKey,
    accountKey,
    prompt,
    async send(path, { method = 'POST', headers = bearer(service.key), body } = {}) {
      const response = await fetch(service.url + path, {
        method,
        headers,
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text().catch((error: unknown) => String(error));
      return { status: response.status, text: `${JSON.stringify([...response.headers])}\n${text}` };
    },
    chat: (stream) => ({
      model: model.name,
      messages: [{ role: 'user', content: PROMPT }],
      stream,
      user: service.key,
      metadata: { note: PROMPT },
    }),
    async assertSilent() {
      const headers = bearer(METRICS_TOKEN);
      const metrics = await (await fetch(`${server.url}/metrics`, { headers })).text();
      assert.match(metrics, /meridian_requests_total/);
      assertAbsent('the metrics', metrics, all);
      await server.kill('SIGTERM');
      assert.match(server.stderr, /attempt failed/);
      assertAbsent('the log', server.stderr, all);
      assertAbsent('the standard output', server.stdout, all);
    },
    async [Symbol.asyncDispose]() {
      await model[Symbol.asyncDispose]();
      await service[Symbol.asyncDispose]();
    },
  };
}
