import { expect, it } from 'vitest';
import { readInfoKey } from '../../../src/sip/call/info-key.ts';
import type { SipRequest } from '../../../src/sip/message/message.ts';

function keyIn(type: string | null, body: string) {
  const headers = new Map(type === null ? [] : [['content-type', [type]]]);
  return readInfoKey({ headers, body } as unknown as SipRequest);
}

it.each([
  ['application/dtmf-relay', 'Signal=5\r\nDuration=160', '5'],
  ['application/dtmf-relay', 'Duration=160\r\nsignal= #\r\n', '#'],
  ['application/dtmf-relay', 'Signal=a', 'A'],
  ['application/dtmf-relay', 'Signal=10', '*'],
  ['application/dtmf-relay', 'Signal=11', '#'],
  ['application/dtmf-relay; x=y', 'Signal=1', '1'],
  ['application/dtmf', '7\r\n', '7'],
  ['application/dtmf', 'hello', null],
  ['application/dtmf-relay', 'Duration=160', null],
  ['text/plain', '5', undefined],
  [null, '', null],
])('%s %j is %s', (type, body, key) => {
  expect(keyIn(type, body)).toBe(key);
});
