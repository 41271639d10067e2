import type { Reach, TransportFault } from '@meridian/core/providers';
import { Agent, fetch } from 'undici';
import type { TokenExchange } from './google-tokens.ts';
import {
  ADDRESS_NOT_ALLOWED,
  type AddressCheck,
  createGuardedConnector,
  isAnyAddress,
  isPublicAddress,
} from './guarded-connector.ts';

/** The library's view of a network: what it gives and wants is `fetch`, as far as it uses it. */
export type TokenFetch = (url: string, init: TokenRequest) => Promise<Response>;

/** What is sent to the token endpoint. */
export interface TokenRequest {
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  readonly signal: AbortSignal;
  readonly reach: Reach;
}

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const CONNECT_TIMEOUT_MS = 5_000;
/** For one token, the second attempt included. */
const EXCHANGE_TIMEOUT_MS = 15_000;
/** After that another key answers sooner. */
const RETRIES = 1;
const ANSWER_BYTES_MAX = 65_536;
const MESSAGE_CHARS_MAX = 300;

/** Tokens by the signed assertion of a service account, with Google's own library. */
export function createTokenExchange(send: TokenFetch): TokenExchange {
  return async ({ clientEmail, privateKey, tokenUri }, reach) => {
    // 20 MB of memory that only those with such an account need.
    const { JWT } = await import('google-auth-library');
    const signal = AbortSignal.timeout(EXCHANGE_TIMEOUT_MS);
    const account = new JWT({
      email: clientEmail,
      key: privateKey.reveal(),
      scopes: [SCOPE],
      ...(tokenUri !== undefined && { additionalClaims: { aud: tokenUri } }),
      transporterOptions: {
        retryConfig: { retry: RETRIES, noResponseRetries: RETRIES },
        fetchImplementation: (url, init) =>
          send(tokenUri ?? String(url), {
            method: init?.method ?? 'POST',
            headers: [...new Headers(init?.headers)],
            body: String(init?.body ?? ''),
            signal,
            reach: tokenUri === undefined ? 'public' : reach,
          }),
      },
    });
    try {
      const { access_token: token, expiry_date: endsAt } = await account.authorize();
      if (!token || !endsAt) return { kind: 'credentials', message: 'The answer has no token.' };
      return { token, lifetimeMs: endsAt - Date.now() };
    } catch (error) {
      return faultOf(error as ExchangeError);
    }
  };
}

/** As much as is known of the errors of the library, of its network and of the signing. */
interface ExchangeError extends Error {
  readonly code?: unknown;
  readonly status?: unknown;
  readonly response?: { readonly status?: unknown };
}

/** Refusals and keys that cannot sign are the account's fault, everything else the network's. */
function faultOf(error: ExchangeError): TransportFault {
  const status = Number(error.response?.status ?? error.status ?? 0);
  const message = `access token: ${error.message}`.slice(0, MESSAGE_CHARS_MAX);
  if (codesOf(error).includes(ADDRESS_NOT_ALLOWED)) return { kind: 'refused_address', message };
  const isUnsigned = status === 0 && codesOf(error).some((code) => code.startsWith('ERR_'));
  const isRefused = status >= 400 && status < 500 && status !== 408 && status !== 429;
  return { kind: isUnsigned || isRefused ? 'credentials' : 'connect', message };
}

function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  for (let at = error; at instanceof Error && codes.length < 8; at = at.cause) {
    codes.push(String((at as ExchangeError).code ?? ''));
  }
  return codes;
}

/** The way to token endpoints: no redirects; closing it ends its connections. */
export function openTokenFetch(): { readonly send: TokenFetch } & AsyncDisposable {
  const dispatchers: Readonly<Record<Reach, Agent>> = {
    public: guardedAgent(isPublicAddress),
    any: guardedAgent(isAnyAddress),
  };
  return {
    async send(url, { headers, reach, ...request }) {
      const init = { ...request, headers: headers.map(([...pair]) => pair) };
      const dispatcher = dispatchers[reach];
      const answer = await fetch(url, { ...init, redirect: 'error', dispatcher });
      return new Response(await answer.text(), {
        status: answer.status,
        headers: [...answer.headers],
      });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([dispatchers.public.close(), dispatchers.any.close()]);
    },
  };
}

function guardedAgent(isAllowed: AddressCheck): Agent {
  const connect = createGuardedConnector({ timeout: CONNECT_TIMEOUT_MS }, isAllowed);
  return new Agent({ connect, maxResponseSize: ANSWER_BYTES_MAX });
}
