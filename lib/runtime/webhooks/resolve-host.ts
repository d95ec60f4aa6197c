import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isLocalName } from '../../domain/webhook-url.ts';

export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Rule HOOK-4: all addresses of a host, asked once; none where it has none. `signal` ends the question. */
export type ResolveHost = (host: string, signal: AbortSignal) => Promise<readonly Address[]>;

const mostAddresses = 32;

/**
 * Asks name servers by itself: the operating system's look-up holds one of a few threads of the process while a name server does not
 * answer. `servers`: `address:port`; left out, those of the machine.
 */
export function createResolveHost(servers?: readonly string[]): ResolveHost {
  return async (host, signal) => {
    const literal = isIP(host);
    if (literal !== 0) return [{ address: host, family: literal === 6 ? 6 : 4 }];
    if (isLocalName(host)) return [asAddress(4)('127.0.0.1'), asAddress(6)('::1')];
    const resolver = new Resolver({ timeout: 1_500, tries: 2 });
    if (servers !== undefined) resolver.setServers(servers);
    const cancel = () => resolver.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const found = await Promise.all([
        resolver.resolve4(host).then((all) => all.map(asAddress(4)), none),
        resolver.resolve6(host).then((all) => all.map(asAddress(6)), none),
      ]);
      return found.flat().slice(0, mostAddresses);
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  };
}

const asAddress =
  (family: Address['family']) =>
  (address: string): Address => ({ address, family });

/** A name without addresses of one family may have some of the other. */
const none = (): Address[] => [];
