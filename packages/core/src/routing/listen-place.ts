import ipaddr from 'ipaddr.js';
import { isThisMachine } from './egress.ts';

/** Where this server listens. */
export interface ListenPlace {
  /** Address or name. */
  readonly host: string;
  readonly port: number;
  /** Addresses and names of the machine; they count where `host` is the unspecified address. */
  readonly addresses?: readonly string[];
}

/** Whether a host (name or address, IPv6 in brackets or not) at a port is this server. */
export function isListenPlace(host: string, port: number, place: ListenPlace): boolean {
  if (port !== place.port) return false;
  const own = normal(place.host);
  const asked = normal(host);
  if (asked === own) return true;
  if (isThisMachine(own) && isThisMachine(asked)) return true;
  const isEverywhere = own === '0.0.0.0' || own === '::';
  return isEverywhere && (place.addresses ?? []).some((address) => normal(address) === asked);
}

/** One spelling for each address: without brackets and zone, IPv4 where it is mapped. */
function normal(host: string): string {
  const bare = host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/%.*$/, '')
    .replace(/\.$/, '');
  return ipaddr.isValid(bare) ? ipaddr.process(bare).toString() : bare;
}
