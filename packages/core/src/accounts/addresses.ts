import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = readonly [address: Address, prefix: number];

const LOOPBACK: readonly Network[] = [
  [ipaddr.parse('127.0.0.0'), 8],
  [ipaddr.parse('::1'), 128],
];

/** An address as the client's socket names it; IPv4 in IPv6 form counts as IPv4. */
function parseAddress(text: string): Address | undefined {
  const bare = text.includes('%') ? text.slice(0, text.indexOf('%')) : text;
  return ipaddr.isValid(bare) ? ipaddr.process(bare) : undefined;
}

function bits(address: Address): number {
  return address.kind() === 'ipv4' ? 32 : 128;
}

function parseNetwork(token: string): Network | undefined {
  const slash = token.lastIndexOf('/');
  const text = slash < 0 ? token : token.slice(0, slash);
  const isWritten = ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
  const address = isWritten ? parseAddress(text) : undefined;
  if (!address) return undefined;
  if (slash < 0) return [address, bits(address)];
  const prefix = token.slice(slash + 1);
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits(address)) return undefined;
  return [address, Number(prefix)];
}

function contains([base, prefix]: Network, address: Address): boolean {
  if (base.kind() !== address.kind()) return false;
  return address.match(base as never, prefix);
}

/** An address or CIDR network in the form in which it is kept; undefined when it is neither. */
export function normaliseNetwork(token: string): string | undefined {
  const network = parseNetwork(token);
  if (!network) return undefined;
  const [address, prefix] = network;
  if (prefix === bits(address)) return address.toString();
  const bytes = address.toByteArray().map((byte, index) => {
    const kept = Math.min(8, Math.max(0, prefix - index * 8));
    return byte & (0xff << (8 - kept));
  });
  return `${ipaddr.fromByteArray(bytes).toString()}/${prefix}`;
}

/** Whether every address of the inner network is in one of the outer; none = loopback only. */
export function coversNetwork(outer: readonly string[], inner: string): boolean {
  const network = parseNetwork(inner);
  if (!network) return false;
  const [address, prefix] = network;
  return networksOf(outer).some((bound) => bound[1] <= prefix && contains(bound, address));
}

function networksOf(tokens: readonly string[]): readonly Network[] {
  if (tokens.length === 0) return LOOPBACK;
  return tokens.map(parseNetwork).filter((network) => network !== undefined);
}

/** Tells whether an address is in one of the networks; an empty list allows loopback only. */
export function createAddressMatcher(tokens: readonly string[]): (address: string) => boolean {
  const networks = networksOf(tokens);
  return (text) => {
    const address = parseAddress(text);
    return address !== undefined && networks.some((network) => contains(network, address));
  };
}
