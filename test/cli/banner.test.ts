import { describe, expect, it } from 'vitest';
import { writeBanner } from '../../src/cli/banner.ts';
import { createSimulator, type SimulatorOptions } from '../../src/simulator.ts';
import { DEFAULT_FIXTURES } from '../support/dialogue.ts';

async function bannerWith(options: SimulatorOptions): Promise<string> {
  await using simulator = await createSimulator({ clock: 'manual', ...options });
  return writeBanner(simulator);
}

/** What stands behind a word of the banner. */
function lineOf(banner: string, word: string): string | undefined {
  return new RegExp(`^  ${word} +(\\S.*)$`, 'm').exec(banner)?.[1];
}

const url = (address: string) => ({
  businessId: '167',
  module: 'receiveDialog' as const,
  url: address,
  enabled: true,
});

describe('the banner says where pushes go', () => {
  it.each<[string, SimulatorOptions, string]>([
    ['by default', {}, 'to the built-in receiver; --push-url URL sends them to yours'],
    ['with --push-url', { pushUrl: 'http://127.0.0.1:9/in' }, 'http://127.0.0.1:9/in'],
    [
      'with an address of one module',
      { urls: { receiveVoice: 'http://127.0.0.1:9/voice' } },
      'to the built-in receiver, http://127.0.0.1:9/voice',
    ],
    [
      'with fixtures that say it',
      { fixtures: { ...DEFAULT_FIXTURES, urls: [url('http://127.0.0.1:9/a'), url('http://127.0.0.1:9/b')] } },
      'to http://127.0.0.1:9/a, http://127.0.0.1:9/b',
    ],
    [
      'with fixtures that do not',
      { fixtures: { ...DEFAULT_FIXTURES, urls: [] } },
      'nowhere: the fixtures name no url; --push-url URL sends them to yours',
    ],
  ])('%s', async (_, options, expected) => {
    const shown = lineOf(await bannerWith(options), 'pushes go') ?? '';
    expect(shown.split(', ').sort()).toEqual(expected.split(', ').sort());
  });
});

describe('the banner has a call to paste', () => {
  it('that names an app, a robot and a line', async () => {
    expect(await bannerWith({})).toMatch(/curl -s .*"line_num":"69101338","robot_id":"719"/);
  });

  it.each(['apps', 'robots', 'lines'] as const)('or says that it takes them, without %s', async (missing) => {
    const banner = await bannerWith({
      fixtures: { ...DEFAULT_FIXTURES, tasks: [], sipAccounts: [], urls: [], [missing]: [] },
    });
    expect(banner).toContain('  No call to paste: ');
    expect(banner).not.toContain('TOKEN=');
    expect(lineOf(banner, 'app_key')?.startsWith('none')).toBe(missing === 'apps');
  });
});
