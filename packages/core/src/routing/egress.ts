import ipaddr from 'ipaddr.js';

/** Whose traffic it is. */
export interface EgressRights {
  /** Root always; other owners where the operator allows it. */
  readonly ownerMayReachPrivate: boolean;
}

/** Ranges of networks that belong to the operator or to this machine, its metadata service included. */
const PRIVATE_RANGES: ReadonlySet<string> = new Set([
  'private',
  'loopback',
  'linkLocal',
  'uniqueLocal',
  'carrierGradeNat',
  'unspecified',
]);

/**
 * Whether a connection to this address may be made. To be asked with the address that was resolved,
 * at the moment of connecting: a name that was public yesterday may point inside today.
 */
export function isAllowedAddress(address: string, rights: EgressRights): boolean {
  if (!ipaddr.isValid(address)) return false;
  const range = ipaddr.process(withoutZone(address)).range();
  return range === 'unicast' || (rights.ownerMayReachPrivate && PRIVATE_RANGES.has(range));
}

/** Whether a URL's host says by itself that it is inside: an address of a private range, or localhost. */
export function isPrivateHost(hostname: string): boolean {
  return PRIVATE_RANGES.has(rangeOf(hostname) ?? '');
}

/** Whether a URL's host is this machine: a loopback address, the unspecified one, or localhost. */
export function isThisMachine(hostname: string): boolean {
  const range = rangeOf(hostname);
  return range === 'loopback' || range === 'unspecified';
}

/** Whether a URL's host is an address that nobody may reach (multicast, reserved …). */
export function isUnreachableHost(hostname: string): boolean {
  const range = rangeOf(hostname);
  return range !== undefined && range !== 'unicast' && !PRIVATE_RANGES.has(range);
}

/** The range of a host that is an address; undefined for names, but for localhost. */
function rangeOf(hostname: string): string | undefined {
  const bare = withoutZone(hostname.toLowerCase().replace(/^\[|\]$/g, ''));
  if (bare === 'localhost' || bare.endsWith('.localhost')) return 'loopback';
  return ipaddr.isValid(bare) ? ipaddr.process(bare).range() : undefined;
}

function withoutZone(address: string): string {
  return address.replace(/%.*$/, '');
}
