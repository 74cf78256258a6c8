import { describe, expect, it } from 'vitest';
import type { AttemptOutcome } from '../../../src/sim/port.ts';
import { explainOutcome, isDelivered } from '../../../src/sim/push/deliver.ts';
import { explainError } from '../../../src/sim/push/error-words.ts';

const answered = (answer: string, status = 200): AttemptOutcome => ({
  tookMs: 1,
  status,
  answer,
  error: null,
  timedOut: false,
});

describe('an answer counts', () => {
  it.each([
    'success',
    '{"code":0,"message":"success"}',
    "{'result':'success'}",
    '<ok>unsuccessful</ok>',
    '"success"\n',
  ])('with success in lower case anywhere in it: %s', (answer) => {
    expect(isDelivered(answered(answer), { requireOkStatus: false })).toBe(true);
    expect(explainOutcome(answered(answer), { requireOkStatus: false })).toBe(null);
  });

  it.each([100, 302, 404, 500])('whatever its status, unless 2xx is required: %i', (status) => {
    expect(isDelivered(answered('success', status), { requireOkStatus: false })).toBe(true);
    expect(isDelivered(answered('success', status), { requireOkStatus: true })).toBe(false);
    expect(explainOutcome(answered('success', status), { requireOkStatus: true })).toBe(
      `status ${status}, and push.requireOkStatus asks for 2xx`,
    );
  });

  it('with any 2xx if 2xx is required', () => {
    expect(isDelivered(answered('success', 204), { requireOkStatus: true })).toBe(true);
  });
});

describe('an answer does not count', () => {
  it.each([
    ['{"code":0,"message":"ok"}', 200, 'no "success" in the answer'],
    ['{"message":"Success"}', 200, 'no "success" in the answer (it says "Success", only lower case counts)'],
    ['SUCCESS', 500, 'no "success" in the answer (it says "SUCCESS", only lower case counts)'],
    ['', 200, 'no "success" in the answer (it is empty)'],
    [' \n', 500, 'no "success" in the answer (status 500, it is empty)'],
    ['<html>Bad Gateway</html>', 502, 'no "success" in the answer (status 502)'],
    ['', 302, 'no "success" in the answer (302: redirects are not followed)'],
  ])('%j with status %i: %s', (answer, status, words) => {
    expect(isDelivered(answered(answer, status), { requireOkStatus: false })).toBe(false);
    expect(explainOutcome(answered(answer, status), { requireOkStatus: false })).toBe(words);
  });

  it('when none came, whatever the reason says', () => {
    const outcome = {
      tookMs: 1,
      status: null,
      answer: null,
      error: 'certificate: success expired',
      timedOut: false,
    };
    expect(isDelivered(outcome, { requireOkStatus: false })).toBe(false);
    expect(explainOutcome(outcome, { requireOkStatus: false })).toBe('certificate: success expired');
  });
});

describe('an error of the network in words', () => {
  it.each([
    [{ code: 'ENOTFOUND', message: 'getaddrinfo ENOTFOUND x' }, 'ENOTFOUND yeta.test'],
    [{ code: 'EAI_AGAIN', message: 'getaddrinfo EAI_AGAIN x' }, 'EAI_AGAIN yeta.test'],
    [{ code: 'ECONNREFUSED', message: 'connect ECONNREFUSED ::1:1' }, 'ECONNREFUSED'],
    [{ code: 'EHOSTUNREACH', message: 'connect EHOSTUNREACH' }, 'EHOSTUNREACH'],
    [{ code: 'EPIPE', message: 'write EPIPE' }, 'EPIPE'],
    [
      { code: 'CERT_HAS_EXPIRED', message: 'certificate has expired' },
      'certificate: certificate has expired',
    ],
    [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID', message: 'not in the list' }, 'certificate: not in the list'],
    [{ code: 'UND_ERR_SOCKET', message: 'bad upgrade' }, 'bad upgrade'],
    [{ code: undefined, message: 'something else' }, 'something else'],
  ])('%j is %s', ({ code, message }, words) => {
    const error = Object.assign(new Error(message), { code });
    expect(explainError(error, { hostname: 'yeta.test', begun: false })).toBe(words);
  });
});
