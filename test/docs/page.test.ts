import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseSettings } from '../../src/config.ts';
import { readFixtures } from '../../src/sim/account/read-fixtures.ts';
import { parseMagicNumber } from '../../src/sim/call/magic-number.ts';
import { ConfigurationError } from '../../src/sim/configuration-error.ts';
import { playToEnd } from '../support/dialogue.ts';

const PAGES = globSync('docs/*.md').sort();

function read(path: string): string {
  return readFileSync(path, 'utf8');
}

/** Fenced blocks of a language, with what stands behind it. */
function blocksOf(page: string, language: string): { info: string; text: string }[] {
  return [...page.matchAll(/^```(\S+)(.*)\n([\s\S]*?)^```$/gm)]
    .filter((match) => match[1] === language)
    .map((match) => ({ info: match[2]?.trim() ?? '', text: match[3] ?? '' }));
}

describe('every example of a page can be used as it is printed', () => {
  const examples = ['docs/scripts.md', 'docs/fixtures.md'].flatMap((path) =>
    blocksOf(read(path), 'yaml').map(({ info, text }, i) => [`${path} ${i + 1}`, info, text] as const),
  );

  it('of which there are some', () => {
    expect(examples.length).toBeGreaterThanOrEqual(3);
  });

  it.each(examples)('%s', (name, info, text) => {
    if (info === 'config') expect(Object.keys(parseSettings(parse(text), name))).not.toEqual([]);
    else expect(readFixtures(text, name).robots.length).toBeGreaterThan(0);
  });

  it('the robot of the page on scripts talks', () => {
    const [example] = blocksOf(read('docs/scripts.md'), 'yaml');
    const [robot] = readFixtures(example?.text ?? '', 'x').robots;
    if (robot === undefined) throw new Error('no robot');
    const dialogue = playToEnd({
      script: robot.script,
      chance: 1,
      result: 0,
      wish: { walk: ['改天', '日期'] },
      context: { 姓名: '张三' },
      speed: 0,
      caller: 'simulated',
      outside: [],
    });
    const texts = dialogue.turns.map(({ textRobot }) => textRobot);
    expect(texts[0]).toContain('请问是张三吗');
    expect(texts.at(-1)).toBe('好的，已经登记，再见！');
  });

  it('the errors of the page on scripts are those that one gets', () => {
    const page = read('docs/scripts.md');
    const text = (blocksOf(page, 'yaml')[0]?.text ?? '')
      .replace('to: 选择时段', 'to: 选择时断')
      .replace('text: 两点到四点送请按一', `text: \${性别}两点到四点送请按一`);
    let message = '';
    try {
      readFixtures(text, 'fixtures.yaml');
    } catch (error) {
      message = error instanceof ConfigurationError ? error.message : '';
    }
    expect(message).not.toBe('');
    expect(page).toContain(message);
  });
});

describe('a link of a page leads somewhere', () => {
  const links = [...PAGES, 'README.md', 'CONTRIBUTING.md'].flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:)([^)\s#]*)(#[^)\s]*)?\)/g)].map((match) => ({
      page,
      file: match[1] === '' ? page : join(dirname(page), match[1] ?? ''),
      anchor: match[2]?.slice(1),
    })),
  );

  it('to a file', () => {
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter(({ file }) => !existsSync(file))).toEqual([]);
  });

  it('to a heading', () => {
    const anchorsOf = (file: string) =>
      [...read(file).matchAll(/^#+ (.+)$/gm)].map((match) =>
        (match[1] ?? '')
          .toLowerCase()
          .replace(/[^\p{L}\p{N} _-]/gu, '')
          .replaceAll(' ', '-'),
      );
    const wrong = links.filter(
      ({ file, anchor }) => anchor !== undefined && file.endsWith('.md') && !anchorsOf(file).includes(anchor),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the page of magic numbers', () => {
  const page = read('docs/magic-numbers.md');
  const numbers = new Set([...page.matchAll(/\b1990000\d{4}\b/g)].map(([number]) => number));

  it('names only numbers that have magic, but one that it says has none', () => {
    expect([...numbers].filter((number) => parseMagicNumber(number) === null)).toEqual(['19900001001']);
  });

  it('names every number of the tables of results, refusals, intentions and pushes', () => {
    const all = ['1', '3', '4', '6'].flatMap((kind) =>
      Array.from({ length: 100 }, (_, i) => `1990000${kind}0${String(i).padStart(2, '0')}`),
    );
    const magic = all.filter((number) => parseMagicNumber(number) !== null);
    expect(magic.length).toBe(21 + 6 + 13 + 7);
    expect(magic.filter((number) => !numbers.has(number))).toEqual([]);
  });
});
