import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Heard } from '../../../src/sim/call/phone.ts';
import { Listening, type Question } from '../../../src/sip/call/listening.ts';

const WORDS: Question = { startMs: 1000, endMs: 3000, keys: null };
const MENU: Question = { startMs: 1000, endMs: 3000, keys: { exact: ['1', '12'], any: false } };
const NUMBER: Question = { startMs: 1000, endMs: 3000, keys: { exact: [], any: true } };

let listening: Listening;
let interrupted: number;
let heard: Heard | null | undefined;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  listening = new Listening(Date.now);
  interrupted = 0;
  listening.onInterrupt = () => interrupted++;
  heard = undefined;
});

afterEach(() => vi.useRealTimers());

/** The robot asks, and waits from `fromMs` on. */
async function ask(question: Question, fromMs = question.endMs): Promise<void> {
  await vi.advanceTimersByTimeAsync(question.startMs - Date.now());
  listening.open(question);
  await vi.advanceTimersByTimeAsync(fromMs - Date.now());
  void listening.wait().then((result) => {
    heard = result;
  });
  await vi.advanceTimersByTimeAsync(0);
}

const until = (atMs: number) => vi.advanceTimersByTimeAsync(atMs - Date.now());

describe('at a question for words', () => {
  it('nothing is heard after 5 s', async () => {
    await ask(WORDS);
    await until(7999);
    expect(heard).toBeUndefined();
    await until(8000);
    expect(heard).toEqual({ kind: 'speech', atMs: 8000, endMs: 8000 });
  });

  it('speech is heard when it is over, however long before its first word was', async () => {
    await ask(WORDS);
    await until(7060);
    listening.speechStarts(7000);
    await until(12_600);
    expect(heard).toBeUndefined();
    listening.speechEnds(12_000);
    await until(12_600);
    expect(heard).toEqual({ kind: 'speech', atMs: 7000, endMs: 12_350 });
  });

  it('speech interrupts it', async () => {
    await ask(WORDS, 2060);
    listening.speechStarts(2000);
    expect(interrupted).toBe(1);
    listening.speechEnds(2500);
    await until(3100);
    expect(heard).toEqual({ kind: 'speech', atMs: 2000, endMs: 2850 });
  });

  it('speech that is over before anybody waits is heard', async () => {
    await until(1000);
    listening.open(WORDS);
    listening.speechStarts(1500);
    listening.speechEnds(1800);
    void listening.wait().then((result) => {
      heard = result;
    });
    await until(2400);
    expect(heard).toEqual({ kind: 'speech', atMs: 1500, endMs: 2150 });
  });

  it('speech that began before it does not interrupt, and counts from its end on', async () => {
    await until(960);
    listening.speechStarts(900);
    await ask(WORDS);
    expect(interrupted).toBe(0);
    listening.speechEnds(3500);
    await until(4200);
    expect(heard).toEqual({ kind: 'speech', atMs: 3000, endMs: 3850 });
  });

  it('speech that began and ended before its end is not meant for it', async () => {
    await until(960);
    listening.speechStarts(900);
    await until(1000);
    listening.open(WORDS);
    listening.speechEnds(1200);
    await until(3000);
    void listening.wait().then((result) => {
      heard = result;
    });
    await until(8000);
    expect(heard).toEqual({ kind: 'speech', atMs: 8000, endMs: 8000 });
  });

  it('noise that never ends is taken for speech after a minute', async () => {
    await ask(WORDS);
    listening.speechStarts(4000);
    await until(64_000);
    expect(heard).toMatchObject({ kind: 'speech', atMs: 4000 });
  });

  it('keys are not heard', async () => {
    await ask(WORDS);
    listening.key('1', 3500);
    await until(8000);
    expect(heard).toMatchObject({ kind: 'speech' });
  });

  it('silence is not counted while the call is held, and anew after it', async () => {
    await ask(WORDS);
    await until(5000);
    listening.hold(true);
    await until(100_000);
    expect(heard).toBeUndefined();
    listening.hold(false);
    await until(104_999);
    expect(heard).toBeUndefined();
    await until(105_000);
    expect(heard).toMatchObject({ kind: 'speech', atMs: 105_000 });
  });

  it('what else happens ends the waiting, but not while somebody speaks', async () => {
    await ask(WORDS);
    listening.speechStarts(4000);
    listening.wake();
    await until(4500);
    expect(heard).toBeUndefined();
    listening.speechEnds(4400);
    await until(5000);
    expect(heard).toMatchObject({ kind: 'speech' });
    await ask({ ...WORDS, startMs: 6000, endMs: 7000 });
    heard = undefined;
    listening.wake();
    await until(7001);
    expect(heard).toBeNull();
  });

  it('the end of the call ends the waiting', async () => {
    await ask(WORDS);
    listening.stop();
    await until(3001);
    expect(heard).toBeNull();
  });
});

describe('at a question for keys', () => {
  it('nothing is heard after 7 s, whatever was said', async () => {
    await ask(MENU);
    listening.speechStarts(4000);
    listening.speechEnds(4500);
    expect(interrupted).toBe(0);
    await until(9999);
    expect(heard).toBeUndefined();
    await until(10_000);
    expect(heard).toEqual({ kind: 'speech', atMs: 10_000, endMs: 10_000 });
  });

  it('a key interrupts it, and is heard at once where no other can follow', async () => {
    await ask({ ...MENU, keys: { exact: ['1', '2'], any: false } }, 2000);
    listening.key('2', 2000);
    await until(2001);
    expect([interrupted, heard]).toEqual([1, { kind: 'keys', atMs: 2000, keys: '2' }]);
  });

  it('a key is heard at once where it leads nowhere', async () => {
    await ask(MENU);
    listening.key('9', 3100);
    await until(3101);
    expect(heard).toEqual({ kind: 'keys', atMs: 3100, keys: '9' });
  });

  it('a key that others may follow waits for them, for 2.5 s', async () => {
    await ask(MENU);
    listening.key('1', 3000);
    await until(5499);
    expect(heard).toBeUndefined();
    await until(5500);
    expect(heard).toEqual({ kind: 'keys', atMs: 3000, keys: '1' });
  });

  it('two keys are one answer', async () => {
    await ask(MENU);
    listening.key('1', 3000);
    await until(4000);
    listening.key('2', 4000);
    await until(4001);
    expect([interrupted, heard]).toEqual([1, { kind: 'keys', atMs: 3000, keys: '12' }]);
  });

  it('a number ends with its hash', async () => {
    await ask(NUMBER);
    for (const key of '4711#') listening.key(key, 3500);
    await until(3501);
    expect(heard).toEqual({ kind: 'keys', atMs: 3500, keys: '4711#' });
  });

  it('keys from before it are lost', async () => {
    await until(900);
    listening.key('1', 900);
    await ask(MENU);
    listening.key('1', 999);
    await until(10_000);
    expect(heard).toMatchObject({ kind: 'speech' });
  });
});
