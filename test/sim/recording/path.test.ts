import { describe, expect, it } from 'vitest';
import { parseRecordingPath, recordingNumber, recordingPath } from '../../../src/sim/recording/path.ts';
import { recordingOf } from '../../../src/sim/recording/recording.ts';
import { aCall } from '../../support/call.ts';

describe('a recording', () => {
  it('has a path like real ones, with the day in Asia/Shanghai', () => {
    // 2026-01-05 23:59:59.999 in Shanghai, still the 5th of January in UTC.
    const call = aCall({ answerAt: Date.parse('2026-01-05T23:59:59.999+08:00') });
    expect(recordingPath(call)).toMatch(
      /^ant\/167\/ivr\/0\/2026\/01\/05\/0\/\d{8}-809c825c-6483-41e8-b8db-2769c24918cd\.wav$/,
    );
    const next = aCall({ answerAt: Date.parse('2026-01-06T00:00:00+08:00') });
    expect(recordingPath(next)).toContain('/2026/01/06/');
  });

  it('can be found again by its path', () => {
    expect(parseRecordingPath(recordingPath(aCall()))).toEqual({ number: '167', callUuid: aCall().uuid });
  });

  it.each([
    '',
    'ant/167/ivr/0/2026/01/05/0/12345678-x.wav',
    '/ant/167/ivr/0/2026/01/05/0/12345678-809c825c-6483-41e8-b8db-2769c24918cd.wav',
    'ant/167/ivr/0/2026/01/05/0/../12345678-809c825c-6483-41e8-b8db-2769c24918cd.wav',
    'ant/167/ivr/0/2026/01/05/0/12345678-809c825c-6483-41e8-b8db-2769c24918cd.wav\n',
  ])('is not seen in "%s"', (path) => {
    expect(parseRecordingPath(path)).toBeNull();
  });

  it('has a size and a length that follow from the talk time', () => {
    expect(recordingOf(aCall())).toMatchObject({ size: 1_002_988, duration: 31 });
    expect(recordingOf(aCall({ hangupAt: aCall().answerAt }))).toMatchObject({ size: 44, duration: 0 });
  });

  it('is not there if nobody answered', () => {
    expect(() => recordingOf(aCall({ answerAt: null }))).toThrow('has no recording');
  });
});

it('an enterprise has a number of its own, also if its id is none', () => {
  expect(recordingNumber('167')).toBe('167');
  expect(recordingNumber('acme')).toMatch(/^\d{7,10}$/);
  expect(recordingNumber('acme')).not.toBe(recordingNumber('acme2'));
  expect(recordingNumber('0167')).not.toBe(recordingNumber('167'));
});
