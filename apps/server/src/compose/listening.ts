import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import type { ListenPlace } from '@meridian/core/routing';
import type { Config } from '../config.ts';

/** Knows where the server listens: what is configured, and what it is bound to once it listens. */
export interface Listening {
  place(): ListenPlace;
  /** The server that will listen. */
  follow(server: Server): void;
}

/** Interfaces come and go. */
const ADDRESSES_FRESH_MS = 1_000;

export function createListening({ host, port }: Pick<Config, 'host' | 'port'>): Listening {
  let following: Server | undefined;
  let addresses: readonly string[] = [];
  let readAt = Number.NEGATIVE_INFINITY;

  /** Asking the system costs more than connecting: in a burst of new connections it is asked once. */
  function ownAddresses(): readonly string[] {
    const now = performance.now();
    if (now - readAt >= ADDRESSES_FRESH_MS) {
      addresses = machineAddresses();
      readAt = now;
    }
    return addresses;
  }

  return {
    follow(server) {
      following = server;
    },
    place() {
      const bound = following?.address() as AddressInfo | null | undefined;
      return {
        host: bound?.address ?? host,
        port: bound?.port ?? port,
        addresses: ownAddresses(),
      };
    },
  };
}

/** Every address and name of this machine. */
function machineAddresses(): string[] {
  const interfaces = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return [hostname(), ...interfaces.map(({ address }) => address)];
}
