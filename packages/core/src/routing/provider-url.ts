import { type Failure, invalid } from '../kernel/index.ts';
import { parseBaseUrl } from '../providers/index.ts';
import { isPrivateHost, isUnreachableHost } from './egress.ts';
import { isListenPlace, type ListenPlace } from './listen-place.ts';

/** What a `Provider` URL is checked against. */
export interface ProviderUrlRules {
  /** Root always; other owners where the operator allows it. */
  readonly ownerMayReachPrivate: boolean;
  /** How clients reach this server; undefined when not configured. */
  readonly publicUrl: string | undefined;
  readonly listen: ListenPlace;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** A URL for requests in normal form, or why it cannot be used. `param` is the field it stands in. */
export function readProviderUrl(
  text: string,
  rules: ProviderUrlRules,
  param = 'Provider',
): string | Failure {
  const parsed = parseBaseUrl(text);
  if (!parsed) return invalid(param, `${param} must be an http or https URL.`);
  const { baseUrl, url } = parsed;
  if (url.username !== '' || url.password !== '') {
    return invalid(param, `${param} must not contain credentials; use SecretKey.`);
  }
  if (url.search !== '' || url.hash !== '') {
    return invalid(param, `${param} must not have a query or fragment.`);
  }
  if (isSelf(url, rules)) return invalid(param, `${param} must not point to this server.`);
  if (isUnreachableHost(url.hostname)) {
    return invalid(param, `${param} is an address that cannot be reached.`);
  }
  if (isPrivateHost(url.hostname) && !rules.ownerMayReachPrivate) {
    return invalid(param, `${param} must not be a private or local address.`);
  }
  return baseUrl;
}

function portOf(url: URL): number {
  return url.port === '' ? (DEFAULT_PORTS[url.protocol] ?? 0) : Number(url.port);
}

function isSelf(url: URL, { publicUrl, listen }: ProviderUrlRules): boolean {
  const own = publicUrl === undefined ? null : URL.parse(publicUrl);
  if (own && own.hostname === url.hostname && portOf(own) === portOf(url)) return true;
  return isListenPlace(url.hostname, portOf(url), listen);
}
