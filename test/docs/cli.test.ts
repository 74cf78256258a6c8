import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exitsOf } from '../../src/cli/verb.ts';
import { loadVerbs } from '../../src/cli/verb-list.ts';

const PAGE = readFileSync('docs/cli.md', 'utf8');
const VERBS = await loadVerbs();

/** What stands under a heading. */
function sectionOf(name: string): string {
  const from = PAGE.indexOf(`\n### ${name}\n`);
  expect(from).toBeGreaterThan(0);
  const to = PAGE.indexOf('\n### ', from + 1);
  return PAGE.slice(from, to < 0 ? undefined : to);
}

describe('docs/cli.md', () => {
  it.each(VERBS.map((verb) => [verb.name, verb] as const))(
    'has every option and exit code of %s',
    (name, verb) => {
      const section = sectionOf(name);
      const rest = section.includes('And all options of [`start`]') ? sectionOf('start') : '';
      const lacking = verb.flags.filter(
        (flag) => !new RegExp(`^\\| \`${flag.name}[ \`]`, 'm').test(section + rest),
      );
      expect(lacking.map((flag) => flag.name)).toEqual([]);
      for (const { code } of exitsOf(verb)) expect(PAGE).toContain(`\n| \`${name}\` | \`${code}\` | `);
      expect(PAGE).toContain(`\n| [\`${name}\`](#${name}) | `);
    },
  );

  it('has the JSON of every verb', () => {
    for (const { name, flags } of VERBS) {
      const help = flags.find((flag) => flag.name === '--json')?.help ?? '';
      expect(help).not.toBe('');
      expect(PAGE).toContain(`\n| \`${name}\` | ${help} |`);
    }
  });

  it('names no option that there is not', () => {
    const known = new Set([
      ...VERBS.flatMap(({ flags }) => flags.map(({ name }) => name)),
      '--help',
      '--version',
    ]);
    const named = PAGE.match(/(?<=[\s`(])--[a-z][a-z-]*/g) ?? [];
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});
