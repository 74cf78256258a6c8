import type { Flag } from '../../src/cli/flag.ts';
import { writeFlag } from '../../src/cli/help.ts';
import { exitsOf, type Verb } from '../../src/cli/verb.ts';
import { escapeCell } from './key-table.ts';

/** What each verb is for. */
export function verbTable(verbs: readonly Verb[]): string {
  return table(
    ['verb', 'what it does'],
    verbs.map(({ name, summary }) => [`[\`${name}\`](#${name})`, escapeCell(summary)]),
  );
}

/** Everything that each verb takes, under a heading of its own. */
export function verbSections(verbs: readonly Verb[]): string {
  return verbs.map((verb) => section(verb, verbs)).join('\n\n');
}

/** What each verb prints with `--json`. */
export function jsonTable(verbs: readonly Verb[]): string {
  const rows = verbs.map(({ name, flags }) => [
    `\`${name}\``,
    flags.find((flag) => flag.name === '--json')?.help ?? '',
  ]);
  return table(['verb', 'with `--json`'], rows);
}

/** What each verb ends with, and why. */
export function exitTable(verbs: readonly Verb[]): string {
  const rows = verbs.flatMap((verb) =>
    exitsOf(verb).map(({ code, when }) => [`\`${verb.name}\``, `\`${code}\``, escapeCell(when)]),
  );
  return table(['verb', 'code', 'when'], rows);
}

function section({ name, usage, summary, flags, notes = [] }: Verb, [first]: readonly Verb[]): string {
  const shared =
    first === undefined || first.name === name ? [] : first.flags.filter(({ name }) => name !== '--json');
  const takesAll = shared.length > 0 && shared.every((flag) => flags.some((own) => own.name === flag.name));
  const own = takesAll ? flags.filter((flag) => !shared.some((one) => isSame(one, flag))) : flags;
  return [
    `### ${name}`,
    '',
    `\`yeta-sim ${`${name} ${usage}`.trimEnd()}\`: ${summary}.`,
    '',
    ...(notes.length === 0 ? [] : ['```', ...notes, '```', '']),
    table(
      ['option', 'what it is'],
      own.map((flag) => [`\`${writeFlag(flag).replaceAll('|', '\\|')}\``, escapeCell(flag.help)]),
    ),
    ...(takesAll ? ['', `And all options of [\`${first?.name}\`](#${first?.name}).`] : []),
  ].join('\n');
}

function isSame(one: Flag, other: Flag): boolean {
  return one.name === other.name && one.help === other.help;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
