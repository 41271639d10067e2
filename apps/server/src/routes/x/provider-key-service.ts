import type {
  ProviderKeyCreate,
  ProviderKeyState,
  ProviderKeyTest,
  ProviderKeyTestView,
  ProviderKeyUpdate,
  ProviderKeyView,
} from '@meridian/contract';
import type { Actor } from '@meridian/core/accounts';

/** Which provider keys to show; all conditions must hold. */
export interface ProviderKeyQuery {
  readonly id?: number;
  readonly level?: number;
  /** A base URL, or its host alone. */
  readonly provider?: string;
  /** The stored Status, or the state in which the key is. */
  readonly status?: 'true' | 'false' | ProviderKeyState;
  readonly page: number;
  readonly size: number;
}

/** One page of provider keys. */
export interface ProviderKeyPage {
  readonly keys: readonly ProviderKeyView[];
  readonly total: number;
}

/** An owner's provider keys; throws `permission_denied` for callers that are no owner. */
export interface ProviderKeyService {
  create(actor: Actor, key: ProviderKeyCreate): Promise<ProviderKeyView>;
  list(actor: Actor, query: ProviderKeyQuery): Promise<ProviderKeyPage>;
  /** Throws `not_found`. */
  update(actor: Actor, id: number, change: ProviderKeyUpdate): Promise<ProviderKeyView>;
  /** Throws `not_found`. */
  remove(actor: Actor, id: number): Promise<void>;
  /** Makes one small real call. Throws `not_found`, `rate_limit_exceeded` or `invalid_request`. */
  test(actor: Actor, id: number, body: ProviderKeyTest): Promise<ProviderKeyTestView>;
}
