import { describe, expect, it } from 'vitest';
import { FindingTally } from '../../../src/server/platform/finding/tally.ts';
import {
  createRequestJournal,
  type NotedCall,
  showBody,
  writeLine,
} from '../../../src/server/platform/journal.ts';

const encode = (text: string) => new TextEncoder().encode(text);

const call = (body: Uint8Array): NotedCall => ({
  at: 0,
  operation: 'task/query',
  appId: null,
  code: 0,
  tookMs: 1,
  body,
  refusal: null,
  findings: [],
});

function show(body: Uint8Array): string {
  const journal = createRequestJournal({ count: 10, bytes: 1_000_000, findings: new FindingTally() });
  journal.add(call(body));
  return journal.list().items.map((entry) => showBody(entry.body))[0] ?? '';
}

describe('a body in the journal', () => {
  it('is kept as it was sent', () => {
    expect(show(encode('{"task_id": "129"}'))).toBe('{"task_id": "129"}');
  });

  it.each([
    ['{"app_key":"k","app_secret":"TOPSECRET="}', '{"app_key":"k","app_secret":"***"}'],
    ['{"AppSecret" : "TOPSECRET="}', '{"AppSecret" : "***"}'],
    ['{"app-secret":"a\\"TOPSECRET"}', '{"app-secret":"***"}'],
    ['{"app_secret":"TOPSECRET', '{"app_secret":"***"'],
    ['{"app_secret":12345}', '{"app_secret":"***"}'],
    ['app_key=k&app_secret=TOPSECRET&x=1', 'app_key=k&app_secret="***"&x=1'],
  ])('shows no secret: %s', (sent, shown) => {
    expect(show(encode(sent))).toBe(shown);
  });

  it('is cut at 16 KiB between two characters, and says so', () => {
    const shown = show(encode(`x${'张'.repeat(10_000)}`));
    expect(shown).toMatch(/^x张{5461}… \[cut: 16384 of 30001 bytes\]$/);
  });

  it('shows bytes that are no text as something', () => {
    expect(show(Uint8Array.of(0x7b, 0xff, 0x7d))).toBe('{\ufffd}');
  });
});

describe('the bodies of a journal', () => {
  it('are each their own, however many have come and gone', () => {
    const journal = createRequestJournal({ count: 100, bytes: 1_000_000, findings: new FindingTally() });
    const bodyOf = (n: number) => encode(`${n}: ${'x'.repeat((n * 977) % 20_000)}`);
    for (let n = 1; n <= 1000; n++) {
      journal.add(call(bodyOf(n)));
      if (n === 500) journal.clear();
    }
    const { items } = journal.list();
    expect(items.length).toBeGreaterThan(50);
    for (const { id, body } of items) expect(showBody(body)).toBe(show(bodyOf(Number(id))));
  });
});

describe('a journal', () => {
  it('holds no more memory for any number of calls that come and go', () => {
    const journal = createRequestJournal({ count: 4, bytes: 1_000_000, findings: new FindingTally() });
    const segments = new Set<unknown>();
    for (let n = 0; n < 200; n++) {
      journal.add(call(new Uint8Array(16_000)));
      for (const { body } of journal.list().items) segments.add(body.segment);
    }
    expect(segments.size).toBeLessThanOrEqual(3);
  });

  it('is bounded by the bytes of its bodies', () => {
    const journal = createRequestJournal({ count: 100, bytes: 50_000, findings: new FindingTally() });
    for (let n = 0; n < 50; n++) journal.add(call(new Uint8Array(10_000)));
    expect(journal.list().items).toHaveLength(4);
  });
});

describe('a line of the journal', () => {
  it('stays as it is up to 500 characters, and ends with an ellipsis beyond', () => {
    expect(writeLine('x'.repeat(500))).toBe('x'.repeat(500));
    expect(writeLine('x'.repeat(10_000_000))).toBe(`${'x'.repeat(500)}…`);
  });
});
