import { describe, expect, it } from 'vitest';
import { Digest } from '../../../src/sip/account/digest.ts';
import type { Algorithm } from '../../../src/sip/config.ts';
import { answerChallenge, type Login } from '../credential.ts';

function open({ algorithms = ['MD5'] as readonly Algorithm[], clock = { ms: 0 } } = {}) {
  const passwordOf = (user: string) => (user === '1007' ? 'yeta-1007' : null);
  return new Digest({ realm: 'yeta-sim', algorithms, now: () => clock.ms, passwordOf });
}

const LOGIN: Login = { user: '1007', password: 'yeta-1007', method: 'REGISTER' };

function judge(digest: Digest, login: Partial<Login> = {}, source = '10.0.0.1') {
  const [challenge = ''] = digest.challenges('10.0.0.1', { stale: false });
  return digest.judge({
    credentials: [answerChallenge(challenge, { ...LOGIN, ...login })],
    method: 'REGISTER',
    source,
  });
}

describe('a digest', () => {
  it('with the right password is right', () => {
    expect(judge(open())).toEqual({ kind: 'right', user: '1007' });
  });

  it('of SHA-256 is right where that is offered', () => {
    const digest = open({ algorithms: ['SHA-256', 'MD5'] });
    expect(
      digest.challenges('a', { stale: false }).map((one) => /algorithm=([\w-]+)/.exec(one)?.[1]),
    ).toEqual(['SHA-256', 'MD5']);
    expect(judge(digest)).toEqual({ kind: 'right', user: '1007' });
  });

  it('without qop, as in RFC 2069, is right', () => {
    expect(judge(open(), { isOld: true })).toEqual({ kind: 'right', user: '1007' });
  });

  it('of RFC 2617 is computed as its example says', () => {
    // RFC 2617, 3.5: the same formula with other words.
    const challenge =
      'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", algorithm=MD5';
    const login = {
      user: 'Mufasa',
      password: 'Circle Of Life',
      method: 'GET',
      uri: '/dir/index.html',
      isOld: true,
    };
    expect(answerChallenge(challenge, login)).toContain('response="670fd8c2df070c60b045671b8b24ff02"');
  });

  it.each<[string, Partial<Login>]>([
    ['a wrong password', { password: 'yeta-1008' }],
    ['an account that is not there', { user: '1009' }],
    ['another method', { method: 'INVITE' }],
  ])('with %s is wrong', (_, login) => {
    expect(judge(open(), login)).toEqual({ kind: 'wrong', user: login.user ?? '1007' });
  });

  it('for another realm, or none at all, is asked for', () => {
    const digest = open();
    const [challenge = ''] = digest.challenges('a', { stale: false });
    const other = answerChallenge(challenge.replace('yeta-sim', 'elsewhere'), LOGIN);
    for (const credentials of [[], [other], ['Basic MTAwNzp5'], ['Digest'], ['Digest username="1007"']]) {
      expect(digest.judge({ credentials, method: 'REGISTER', source: 'a' }).kind).toBe('challenge');
    }
  });

  it('is stale after five minutes', () => {
    const clock = { ms: 1000 };
    const digest = open({ clock });
    const [challenge = ''] = digest.challenges('a', { stale: false });
    const attempt = { credentials: [answerChallenge(challenge, LOGIN)], method: 'REGISTER', source: 'a' };
    clock.ms += 300_000;
    expect(digest.judge(attempt)).toEqual({ kind: 'right', user: '1007' });
    clock.ms += 1;
    expect(digest.judge(attempt)).toEqual({ kind: 'challenge', stale: true });
    expect(digest.challenges('a', { stale: true })[0]).toContain('stale=true');
  });

  it('is worth nothing for another source, nor with a nonce of somebody else', () => {
    expect(judge(open(), {}, '10.0.0.2')).toEqual({ kind: 'challenge', stale: true });
    const [challenge = ''] = open().challenges('a', { stale: false });
    const credentials = [answerChallenge(challenge, LOGIN)];
    expect(open().judge({ credentials, method: 'REGISTER', source: 'a' })).toEqual({
      kind: 'challenge',
      stale: true,
    });
  });
});
