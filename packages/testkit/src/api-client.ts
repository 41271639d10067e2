/** An answer, read whole. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; throws with the body when it is none. */
  json<T>(): T;
}

/** Calls one server with one key. */
export interface ApiClient {
  readonly key: string;
  /** Sends a request; a body that is not text goes out as JSON. Never throws for a status. */
  request(method: string, path: string, options?: ApiRequest): Promise<ApiAnswer>;
  /** The same for a call that has to succeed: its JSON body; throws with the answer otherwise. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
}

export interface ApiRequest {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Makes a client; `url` is asked at each call, because a restarted server has another port. */
export function createApiClient(url: () => string, key: string): ApiClient {
  async function request(
    method: string,
    path: string,
    options: ApiRequest = {},
  ): Promise<ApiAnswer> {
    const { body, headers, signal } = options;
    const response = await fetch(url() + path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(signal && { signal }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json<T>(): T {
        try {
          return JSON.parse(text) as T;
        } catch (cause) {
          throw new Error(`${method} ${path} answered no JSON: ${text.slice(0, 500)}`, { cause });
        }
      },
    };
  }

  return {
    key,
    request,
    async call<T>(method: string, path: string, body?: unknown): Promise<T> {
      const answer = await request(method, path, body === undefined ? {} : { body });
      if (answer.status >= 300) {
        throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
      }
      return answer.json<T>();
    },
  };
}
