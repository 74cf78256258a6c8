import type { Flag } from './flag.ts';
import { exitsOf, type Verb } from './verb.ts';

const NAME_WIDTH = 24;

/** What `yeta-sim --help` shows: every verb in a line, and the one without a name in full. */
export function helpText(version: string, verbs: readonly Verb[]): string {
  const [first] = verbs;
  return [
    `yeta-sim ${version}: a simulator of the Yeta telephone-robot platform`,
    '',
    'usage: yeta-sim [VERB] [FLAGS]',
    '',
    ...verbs.map(({ name, summary }) => row(name, summary)),
    row('VERB --help', 'more about it'),
    row('--version', `prints ${version}`),
    '',
    ...(first === undefined ? [] : ['Without a verb it starts:', '', ...details(first)]),
    '',
  ].join('\n');
}

/** What `yeta-sim VERB --help` shows. */
export function verbHelp(verb: Verb): string {
  const { name, usage, summary } = verb;
  const usageLine = `usage: yeta-sim ${name} ${usage}`.trimEnd();
  const exits = exitsOf(verb).map(({ code, when }) => row(`exit code ${code}`, when));
  return [`yeta-sim ${name}: ${summary}`, '', usageLine, '', ...details(verb), '', ...exits, ''].join('\n');
}

/** As it stands in a usage line: `--port N`. */
export function writeFlag({ name, value }: Flag): string {
  return value === undefined ? name : `${name} ${value}`;
}

function details({ flags, notes = [] }: Verb): string[] {
  const rows = flags.map((flag) => row(writeFlag(flag), flag.help));
  return [...rows, ...(notes.length === 0 ? [] : ['', ...notes])];
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(NAME_WIDTH)} ${text}`;
}
