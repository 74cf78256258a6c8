import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

const ANY: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/**
 * Says under which of our addresses a peer finds us: the advertised one, else the one that is bound, else that of the
 * network the peer is in, else the first that is not the loopback's.
 */
export function createAddressBook(bound: string, advertised: string | null): (peer: string) => string {
  if (advertised !== null) return () => advertised;
  if (!ANY.has(bound)) return () => bound;
  const networks = readNetworks();
  return (peer) =>
    networks.find(({ network }) => network.check(peer, familyOf(peer)))?.address ?? firstOf(networks, peer);
}

interface Network {
  readonly address: string;
  readonly isInternal: boolean;
  readonly family: 'ipv4' | 'ipv6';
  readonly network: BlockList;
}

function readNetworks(): Network[] {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .map(({ address, cidr, internal }) => {
      const network = new BlockList();
      const family = familyOf(address);
      network.addSubnet(address, Number(cidr?.split('/')[1] ?? (family === 'ipv4' ? 32 : 128)), family);
      return { address, isInternal: internal, family, network };
    });
}

function firstOf(networks: readonly Network[], peer: string): string {
  const family = familyOf(peer);
  const own = networks.filter((network) => network.family === family);
  return (
    (own.find(({ isInternal }) => !isInternal) ?? own[0])?.address ??
    (family === 'ipv4' ? '127.0.0.1' : '::1')
  );
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
