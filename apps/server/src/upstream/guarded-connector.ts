import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isAllowedAddress } from '@meridian/core/routing';
import { buildConnector } from 'undici';

/** The `code` of the error of a connection that was not made because of its address. */
export const ADDRESS_NOT_ALLOWED = 'ADDRESS_NOT_ALLOWED';

/** Whether a connection to an address may be made; asked with what a name was resolved to. */
export type AddressCheck = (address: string) => boolean;

const PUBLIC_ONLY = { ownerMayReachPrivate: false };

/** Lets connections to addresses of the public internet pass. */
export const isPublicAddress: AddressCheck = (address) => isAllowedAddress(address, PUBLIC_ONLY);

/** Lets connections to addresses of the operator's own network pass too. */
export const isAnyAddress: AddressCheck = (address) =>
  isAllowedAddress(address, { ownerMayReachPrivate: true });

function refusal(host: string): Error {
  const error = new Error(`${host} leads to an address that must not be reached`);
  return Object.assign(error, { code: ADDRESS_NOT_ALLOWED });
}

/** Resolves a name to its allowed addresses; fails with `ADDRESS_NOT_ALLOWED` when it has none. */
function guardedLookup(isAllowed: AddressCheck): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const allowed = found.filter(({ address }) => isAllowed(address));
      const [first] = allowed;
      if (!first) return callback(refusal(host), []);
      return options.all ? callback(null, allowed) : callback(null, first.address, first.family);
    });
  };
}

/** A connector that connects to allowed addresses only, whether resolved or written as such. */
export function createGuardedConnector(
  settings: { readonly timeout: number },
  isAllowed: AddressCheck,
): buildConnector.connector {
  const lookup = guardedLookup(isAllowed);
  const connect = buildConnector({ ...settings, allowH2: false, lookup });
  return (options, callback) => {
    // No lookup sees a host that is written as an address.
    const host = options.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) === 0 || isAllowed(host)) return connect(options, callback);
    return callback(refusal(host), null);
  };
}
