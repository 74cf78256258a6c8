import { expect, it } from 'vitest';
import { EventParser } from '../../src/library/event-parser.ts';

const TEXT = [
  'retry: 1000\nid: a-1\n\n',
  ': still here\n\n',
  'id: a-2\nevent: call.ended\ndata: {"text":"您好😀"}\n\n',
  'event:x\r\ndata:1\r\ndata: 2\r\nunknown: 3\r\n\r\n',
  'data\n\n',
].join('');

const EVENTS = [
  { id: 'a-2', event: 'call.ended', data: '{"text":"您好😀"}' },
  { id: 'a-2', event: 'x', data: '1\n2' },
  { id: 'a-2', event: 'message', data: '' },
];

it('reads events, whatever pieces they come in', () => {
  const bytes = new TextEncoder().encode(TEXT);
  for (const size of [1, 2, 3, 7, 64, bytes.length]) {
    const parser = new EventParser();
    const events = [];
    for (let at = 0; at < bytes.length; at += size)
      events.push(...parser.push(bytes.subarray(at, at + size)));
    expect(events).toEqual(EVENTS);
  }
});

it('knows from the first id what to come back with', () => {
  const parser = new EventParser();
  expect(parser.push(new TextEncoder().encode('id: a-7\n\n'))).toEqual([]);
  expect(parser.lastId).toBe('a-7');
});

it('gives out nothing that is not at its end', () => {
  const parser = new EventParser();
  expect(parser.push(new TextEncoder().encode('data: 1\n'))).toEqual([]);
  expect(parser.push(new TextEncoder().encode('\n'))).toHaveLength(1);
});
