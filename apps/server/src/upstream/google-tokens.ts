import type { Clock } from '@meridian/core/kernel';
import type { Reach, ServiceAccount, TransportFault } from '@meridian/core/providers';

/** A token as it is fetched. */
export interface FetchedToken {
  readonly token: string;
  readonly lifetimeMs: number;
}

/**
 * Fetches a token for an account, from where the account's owner may reach. Never rejects: a refusal
 * is a fault of the kind `credentials`.
 */
export type TokenExchange = (
  account: ServiceAccount,
  reach: Reach,
) => Promise<FetchedToken | TransportFault>;

/** Access tokens of service accounts, remembered while they last. */
export interface GoogleTokens {
  /** The token at once, where it is remembered; replaces it in the background before it ends. */
  current(account: ServiceAccount, reach: Reach): string | undefined;
  /** A token, fetched if need be; callers at the same time share one fetch. Never rejects. */
  fetch(account: ServiceAccount, reach: Reach): Promise<string | TransportFault>;
  /** Forgets a token that was not accepted. */
  forget(account: ServiceAccount, token: string): void;
}

export interface GoogleTokensDeps {
  readonly clock: Clock;
  readonly exchange: TokenExchange;
}

/** A token that ends sooner is not used any more: the request with it is still to be sent. */
const MARGIN_MS = 60_000;
/** From here to its end a token is replaced in the background. */
const REFRESH_AHEAD_MS = 300_000;
/** Pause between attempts to replace a token that still lasts. */
const REFRESH_PAUSE_MS = 30_000;
/** Accounts that are remembered; the one that was first is forgotten beyond that. */
const ACCOUNTS_MAX = 1_000;

class AccountTokens {
  readonly #deps: GoogleTokensDeps;
  readonly #account: ServiceAccount;
  #token = '';
  /** Monotonic milliseconds. */
  #endsAt = Number.NEGATIVE_INFINITY;
  #refreshesAt = Number.NEGATIVE_INFINITY;
  #fetching: Promise<string | TransportFault> | undefined;

  constructor(account: ServiceAccount, deps: GoogleTokensDeps) {
    this.#account = account;
    this.#deps = deps;
  }

  current(reach: Reach): string | undefined {
    const now = this.#deps.clock.monotonic();
    if (now >= this.#endsAt - MARGIN_MS) return undefined;
    if (now >= this.#refreshesAt) {
      this.#refreshesAt = now + REFRESH_PAUSE_MS;
      // It never rejects, and the token at hand goes on to serve.
      void this.fetch(reach);
    }
    return this.#token;
  }

  fetch(reach: Reach): Promise<string | TransportFault> {
    this.#fetching ??= this.#fetch(reach).finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  forget(token: string): void {
    if (token === this.#token) this.#endsAt = Number.NEGATIVE_INFINITY;
  }

  async #fetch(reach: Reach): Promise<string | TransportFault> {
    const fetched = await this.#deps.exchange(this.#account, reach);
    if ('kind' in fetched) return fetched;
    this.#token = fetched.token;
    this.#endsAt = this.#deps.clock.monotonic() + fetched.lifetimeMs;
    this.#refreshesAt = this.#endsAt - REFRESH_AHEAD_MS;
    return fetched.token;
  }
}

export function createGoogleTokens(deps: GoogleTokensDeps): GoogleTokens {
  const byContent = new Map<string, AccountTokens>();
  // Keys are made anew whenever an owner's configuration is loaded; their accounts stay the same.
  const byObject = new WeakMap<ServiceAccount, AccountTokens>();

  function tokensOf(account: ServiceAccount): AccountTokens {
    const known = byObject.get(account);
    if (known) return known;
    const { clientEmail, privateKey, tokenUri = '' } = account;
    const content = `${clientEmail}\n${tokenUri}\n${privateKey.reveal()}`;
    const tokens = byContent.get(content) ?? new AccountTokens(account, deps);
    const [oldest] = byContent.keys();
    if (byContent.size >= ACCOUNTS_MAX && oldest !== undefined) byContent.delete(oldest);
    byContent.set(content, tokens);
    byObject.set(account, tokens);
    return tokens;
  }

  return {
    current: (account, reach) => tokensOf(account).current(reach),
    fetch: (account, reach) => tokensOf(account).fetch(reach),
    forget: (account, token) => tokensOf(account).forget(token),
  };
}
