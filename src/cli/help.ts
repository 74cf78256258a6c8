import type { Flag } from './flag.ts';
import type { Verb } from './verb.ts';

const NAME_WIDTH = 24;

/** What `yeta-sim --help` shows: every verb in a line, and the one without a name in full. */
export function helpText(version: string, verbs: readonly Verb[]): string {
  const [first] = verbs;
  return [
    `yeta-sim ${version}: a simulator of the Yeta telephone-robot platform`,
    '',
    'usage: yeta-sim [VERB] [FLAGS]',
    '',
    ...verbs.map(({ name, summary }) => `  ${name.padEnd(NAME_WIDTH)} ${summary}`),
    `  ${'VERB --help'.padEnd(NAME_WIDTH)} more about it`,
    `  ${'--version'.padEnd(NAME_WIDTH)} prints ${version}`,
    '',
    ...(first === undefined ? [] : ['Without a verb it starts:', '', ...details(first)]),
    '',
  ].join('\n');
}

/** What `yeta-sim VERB --help` shows. */
export function verbHelp(verb: Verb): string {
  const { name, usage, summary } = verb;
  const usageLine = `usage: yeta-sim ${name} ${usage}`.trimEnd();
  return [`yeta-sim ${name}: ${summary}`, '', usageLine, '', ...details(verb), ''].join('\n');
}

function details({ flags, notes = [] }: Verb): string[] {
  return [...flags.map(showFlag), ...(notes.length === 0 ? [] : ['', ...notes])];
}

function showFlag({ name, value, help }: Flag): string {
  return `  ${(value === undefined ? name : `${name} ${value}`).padEnd(NAME_WIDTH)} ${help}`;
}
