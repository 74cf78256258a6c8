import { describe, expect, it } from 'vitest';
import { SpeechDetector } from '../../../../src/sip/media/rtp/speech-detector.ts';

const FRAME = 160;

/** What a detector says of frames of 20 ms, each of one level in dBFS; null frames never arrive. */
function listen(levels: readonly (number | null)[], prepare?: (detector: SpeechDetector) => void): string[] {
  const said: string[] = [];
  const detector = new SpeechDetector({
    speechStarted: (at) => said.push(`start ${at / 8}`),
    speechEnded: (at) => said.push(`end ${at / 8}`),
  });
  prepare?.(detector);
  levels.forEach((level, i) => {
    detector.tick(i * FRAME);
    if (level !== null) detector.hear(i * FRAME, noise(level));
  });
  return said;
}

function noise(level: number): Int16Array {
  const peak = 32_768 * 10 ** (level / 20);
  return Int16Array.from({ length: FRAME }, (_, i) => (i % 2 === 0 ? peak : -peak));
}

const frames = (count: number, level: number | null) => Array.from({ length: count }, () => level);
const QUIET = -75;
const VOICE = -24;

describe('speech', () => {
  it('begins with its first sound and ends with its last', () => {
    expect(listen([...frames(10, QUIET), ...frames(20, VOICE), ...frames(40, QUIET)])).toEqual([
      'start 200',
      'end 600',
    ]);
  });

  it('is not a click', () => {
    expect(
      listen([...frames(5, QUIET), VOICE, VOICE, ...frames(5, QUIET), VOICE, ...frames(40, QUIET)]),
    ).toEqual([]);
  });

  it('is one over a pause for breath', () => {
    expect(
      listen([...frames(10, VOICE), ...frames(25, QUIET), ...frames(10, VOICE), ...frames(40, QUIET)]),
    ).toEqual(['start 0', 'end 900']);
  });

  it('ends when its sender falls silent by not sending', () => {
    expect(listen([...frames(10, VOICE), ...frames(40, null)])).toEqual(['start 0', 'end 200']);
  });

  it('is found where every third packet is lost', () => {
    const levels = frames(15, VOICE).map((level, i) => (i % 3 === 1 ? null : level));
    expect(listen([...levels, ...frames(40, null)])).toEqual(['start 0', 'end 300']);
  });

  it('is not the steady noise of a line, once that is known', () => {
    const said = listen([...frames(1000, -38), ...frames(20, -20), ...frames(60, -38)]);
    expect(said.slice(-2)).toEqual(['start 20000', 'end 20400']);
    expect(said).toHaveLength(4);
  });

  it('is whatever is loud, however long it lasts', () => {
    expect(listen(frames(3000, VOICE))).toEqual(['start 0']);
  });

  it('is not a key that sounds', () => {
    expect(listen([...frames(10, VOICE), ...frames(40, QUIET)], (detector) => detector.mute(1600))).toEqual(
      [],
    );
  });
});
