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

export function createListening({ host, port }: Pick<Config, 'host' | 'port'>): Listening {
  let following: Server | undefined;
  return {
    follow(server) {
      following = server;
    },
    place() {
      const bound = following?.address() as AddressInfo | null | undefined;
      return {
        host: bound?.address ?? host,
        port: bound?.port ?? port,
        addresses: machineAddresses(),
      };
    },
  };
}

/** Every address and name of this machine; interfaces come and go, so they are read anew. */
function machineAddresses(): string[] {
  const interfaces = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return [hostname(), ...interfaces.map(({ address }) => address)];
}
