import { networkInterfaces } from 'node:os';
import { expect, it } from 'vitest';
import { createAddressBook } from '../../../src/sip/transport/local-address.ts';

it('says the advertised address to everybody', () => {
  const addressFor = createAddressBook('127.0.0.1', 'pbx.example');
  expect([addressFor('127.0.0.1'), addressFor('203.0.113.9')]).toEqual(['pbx.example', 'pbx.example']);
});

it('says the address that is bound, where that is one', () => {
  expect(createAddressBook('127.0.0.1', null)('203.0.113.9')).toBe('127.0.0.1');
});

it('says that of the network of the peer, where all are bound', () => {
  const addressFor = createAddressBook('0.0.0.0', null);
  expect(addressFor('127.0.0.9')).toBe('127.0.0.1');
  const outer = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4');
  // From elsewhere a peer comes in from the outside, if there is one.
  expect(addressFor('203.0.113.9')).toBe(outer?.address ?? '127.0.0.1');
});
