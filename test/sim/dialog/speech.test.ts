import { describe, expect, it } from 'vitest';
import { isVoiced, measureSpeech, scaleToSpeed, unitMs } from '../../../src/sim/dialog/speech.ts';

describe('a text', () => {
  it('of Chinese characters takes a second for four to five of them', () => {
    const perSecond = 20_000 / measureSpeech('请问您今天方便处理这一期的账单还款吗谢谢');
    expect(perSecond).toBeGreaterThan(4);
    expect(perSecond).toBeLessThan(5);
  });

  it('without a word takes no time', () => {
    expect(measureSpeech('')).toBe(0);
  });

  it('is paused longer by a full stop than by a comma', () => {
    expect(measureSpeech('好。')).toBeGreaterThan(measureSpeech('好，'));
    expect(measureSpeech('好，')).toBeGreaterThan(measureSpeech('好'));
  });

  it('is voiced in characters, digits and letters and silent in marks and blanks', () => {
    const voiced = [...'好7a，。 '].map((mark) => isVoiced(mark.charCodeAt(0)));
    expect(voiced).toEqual([true, true, true, false, false, false]);
    expect(unitMs(' '.charCodeAt(0))).toBeGreaterThan(0);
  });
});

describe('robot_speed', () => {
  it.each([
    [-500, 0.5],
    [-250, 0.75],
    [0, 1],
    [200, 1.2],
    [500, 1.5],
  ])('%i speaks %f times as fast', (speed, times) => {
    expect(1000 / scaleToSpeed(1000, speed)).toBeCloseTo(times, 10);
  });

  it('counts as the nearest bound outside of its range', () => {
    expect(scaleToSpeed(1000, 9999)).toBe(scaleToSpeed(1000, 500));
    expect(scaleToSpeed(1000, -9999)).toBe(scaleToSpeed(1000, -500));
  });
});
