import { expect, it } from 'vitest';
import { addressBelow } from '../src/push-url.ts';

it.each([
  ['http://h/yeta', 'http://h/yeta/receiveVoice'],
  ['http://h/yeta/', 'http://h/yeta/receiveVoice'],
  ['http://h', 'http://h/receiveVoice'],
  ['http://h/yeta?key=1&x=a/b', 'http://h/yeta/receiveVoice?key=1&x=a/b'],
  ['http://h/yeta#here', 'http://h/yeta/receiveVoice'],
  ['http://h/{module}/in?key=1', 'http://h/receiveVoice/in?key=1'],
  ['http://h/in?m={module}', 'http://h/in?m=receiveVoice'],
  ['/_sim/receiver', '/_sim/receiver/receiveVoice'],
])('below %s a module has the address %s', (url, expected) => {
  expect(addressBelow(url, 'receiveVoice')).toBe(expected);
});
