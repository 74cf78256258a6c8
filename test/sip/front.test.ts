import { expect, it } from 'vitest';
import { SipFront } from '../../src/sip/front.ts';
import { Peer } from './peer.ts';

it('a server that cannot be made is told of, and tried again with the next message', async () => {
  const errors: unknown[] = [];
  const front = await SipFront.listen(
    { host: '127.0.0.1', port: 0, advertise: null },
    {
      open: () => Promise.reject(new Error('no room')),
      onError: (error) => errors.push((error as Error).message),
    },
  );
  await using peer = await Peer.open('udp', front.port ?? 0);
  peer.send(peer.write({ method: 'OPTIONS' }));
  await expect.poll(() => errors).toEqual(['no room']);
  peer.send(peer.write({ method: 'OPTIONS' }));
  await expect.poll(() => errors).toEqual(['no room', 'no room']);
  await front.close();
  expect(front.held()).toEqual([]);
});
