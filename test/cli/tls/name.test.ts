import { describe, expect, it } from 'vitest';
import { maskOf, readAddress, readName, writeAddress } from '../../../src/cli/tls/name.ts';

describe('a name', () => {
  it.each([
    ['Yeta-Sim', 'yeta-sim'],
    ['host.docker.internal.', 'host.docker.internal'],
    ['*.Shop.test', '*.shop.test'],
    ['外呼.test', 'xn--ktrx0i.test'],
    ['10.0.0.1', '10.0.0.1'],
    ['[::1]', '::1'],
    ['FE80:0:0::1', 'fe80::1'],
  ])('%j is %j', (text, name) => expect(readName(text)).toBe(name));

  it.each([
    '',
    'a b',
    'https://shop.test',
    'shop.test:443',
    'a*.test',
    '*.*.test',
    '-a.test',
    '10.0.0.256',
    '1.2',
    'a,b',
    `${'a'.repeat(64)}.test`,
  ])('%j is none', (text) =>
    expect(() => readName(text)).toThrow(`NAME: found "${text}", expected a host name or an address`),
  );
});

describe('an address', () => {
  it.each(['0.0.0.0', '192.168.1.255', '::', '::1', 'fd00::1:0:0:1', '2001:db8:1:2:3:4:5:6'])(
    '%s is its bytes, and back',
    (address) => expect(writeAddress(readAddress(address))).toBe(address),
  );

  it('has its bytes in order', () => {
    expect([...readAddress('10.1.2.3')]).toEqual([10, 1, 2, 3]);
    expect([...readAddress('2001:db8::ff')]).toEqual([
      0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255,
    ]);
  });

  it.each([
    [8, 4, [255, 0, 0, 0]],
    [12, 4, [255, 240, 0, 0]],
    [128, 4, [255, 255, 255, 255]],
    [0, 4, [0, 0, 0, 0]],
  ])('of a network with %d bits has the mask of %d bytes', (bits, length, mask) =>
    expect([...maskOf(bits, length)]).toEqual(mask),
  );
});
