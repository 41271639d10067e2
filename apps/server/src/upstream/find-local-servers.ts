import { request } from 'undici';

/** An OpenAI-compatible server found on this machine, with the models it lists. */
export interface LocalServer {
  readonly url: string;
  readonly models: readonly string[];
}

/** Ports on which model servers listen by default: Ollama, LM Studio, vLLM, llama.cpp, Jan, GPT4All. */
const PORTS = [11_434, 1_234, 8_000, 8_080, 1_337, 4_891] as const;
/** A server on loopback that needs longer is not worth the wait of a start. */
const PROBE_TIMEOUT_MS = 300;
const MODELS_MAX = 1_000;
const ANSWER_BYTES_MAX = 1024 * 1024;

function modelIds(body: unknown): string[] {
  const data = (body as { data?: unknown } | null)?.data;
  if (!Array.isArray(data)) return [];
  const ids = data.map((model: { id?: unknown } | null) => model?.id);
  return ids.filter((id) => typeof id === 'string').slice(0, MODELS_MAX);
}

async function probe(port: number): Promise<readonly LocalServer[]> {
  const url = `http://127.0.0.1:${port}`;
  const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  try {
    const { statusCode, headers, body } = await request(`${url}/v1/models`, { signal });
    const isSmall = Number(headers['content-length'] ?? 0) <= ANSWER_BYTES_MAX;
    const models = statusCode === 200 && isSmall ? modelIds(await body.json()) : [];
    if (models.length === 0) await body.dump();
    return models.length === 0 ? [] : [{ url, models }];
  } catch {
    // Nothing listens there, or something that is no model server: both are usual.
    return [];
  }
}

/** Asks the usual ports of this machine for model servers, `ownPort` left out. */
export async function findLocalServers(ownPort: number): Promise<readonly LocalServer[]> {
  const ports = PORTS.filter((port) => port !== ownPort);
  return (await Promise.all(ports.map(probe))).flat();
}
