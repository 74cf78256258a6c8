import { describe, expect, it } from 'vitest';
import { createReceiver } from '../../src/server/receiver.ts';

describe('the built-in receiver', () => {
  it.each(['receiveCallRecord', 'receiveVoice', 'receiveDialog', 'anything'])(
    'answers success to %s',
    (module) => {
      expect(createReceiver({ now: () => 1 }).receive(module, '{}')).toBe('success');
    },
  );

  it('answers the pulls with the samples of the documentation', () => {
    const receiver = createReceiver({ now: () => 1 });
    expect(JSON.parse(receiver.receive('getDialogContext', '{}'))).toEqual({ 姓名: '张三', 性别: '男' });
    expect(JSON.parse(receiver.receive('getSemantics', '{}'))).toEqual([
      { key: 'reportorRelation', type: 'integer', value: 8 },
    ]);
  });

  it('keeps what it got and when, until it is cleared', () => {
    let now = 1000;
    const receiver = createReceiver({ now: () => now });
    receiver.receive('receiveVoice', '{"a":1}');
    now = 2000;
    receiver.receive('receiveDialog', 'no json');
    expect(receiver.list().items).toEqual([
      { id: '1', at: 1000, module: 'receiveVoice', body: '{"a":1}' },
      { id: '2', at: 2000, module: 'receiveDialog', body: 'no json' },
    ]);
    expect(receiver.list({ filter: ({ module }) => module === 'receiveDialog' }).items).toHaveLength(1);
    receiver.clear();
    expect(receiver.list().items).toEqual([]);
  });

  it('is bounded by count and by bytes, and cuts long bodies', () => {
    const few = createReceiver({ now: () => 1, count: 2 });
    for (let i = 0; i < 5; i++) few.receive('receiveVoice', String(i));
    expect(few.list()).toMatchObject({ items: [{ body: '3' }, { body: '4' }], dropped: 3 });
    const small = createReceiver({ now: () => 1, bytes: 100_000 });
    for (let i = 0; i < 5; i++) small.receive('receiveDialog', 'x'.repeat(1_000_000));
    expect(small.list().dropped).toBe(2);
    expect(small.list().items[0]?.body).toMatch(/^x{16384}… \[cut: 16384 of 1000000 bytes\]$/);
  });
});
