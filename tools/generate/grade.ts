import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How sure one can be of a rule: stated by a document, seen in real use, or decided here. */
type Grade = 'doc' | 'seen' | 'choice';

/** One sentence of the code that says how sure it is. */
export interface GradedSentence {
  /** From the root of the repository, with slashes. */
  readonly path: string;
  /** As they stand in it. */
  readonly grades: readonly Grade[];
  readonly text: string;
  /** What it stands above: a constant with its value, such as `ASK_LIMIT = 3`, or the name of something; null: neither. */
  readonly thing: string | null;
}

const GRADE = /\((doc|seen|choice)(?=[);:,\s])/g;
const MOST_IN_ONE = 200;

/** Every graded sentence of the sources and the built-in fixtures, by path. */
export function readGrades(root: string): GradedSentence[] {
  const paths = [...globSync('src/**/*.ts', { cwd: root }), 'fixtures/default.yaml'];
  return paths
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .flatMap((path) => gradesIn(path, readFileSync(join(root, path), 'utf8')));
}

export function gradesIn(path: string, source: string): GradedSentence[] {
  return commentsOf(source).flatMap(({ text, below }) =>
    sentencesOf(text).flatMap((sentence): GradedSentence[] => {
      const grades = [...new Set([...sentence.matchAll(GRADE)].map((match) => match[1] as Grade))];
      return grades.length === 0 ? [] : [{ path, grades, text: strip(sentence), thing: thingIn(below) }];
    }),
  );
}

interface Comment {
  readonly text: string;
  /** The line of code under it, or that it stands in. */
  readonly below: string;
}

/** Comments on lines of their own, joined, and those at the end of a line. */
function commentsOf(source: string): Comment[] {
  const comments: Comment[] = [];
  let open: string[] = [];
  const close = (below: string) => {
    if (open.length > 0) comments.push({ text: open.join(' '), below });
    open = [];
  };
  for (const line of source.split('\n')) {
    const whole = /^\s*(?:\/\*\*?|\*\/|\*(?!\/)|\/\/|#)(.*)$/.exec(line)?.[1];
    const rest = whole === undefined ? undefined : /^(.*?)\*\/\s*(\S.*)$/.exec(whole);
    if (whole !== undefined && !rest) {
      open.push(clean(whole));
      continue;
    }
    close(line);
    const trailing = /(?:\/\/|\/\*\*?|\s#)(.*)$/.exec(line)?.[1];
    if (trailing !== undefined) comments.push({ text: clean(trailing), below: line });
  }
  close('');
  return comments;
}

function clean(text: string): string {
  return text.replace(/\*\/.*$/, '').trim();
}

/** A short comment is one sentence: what stands around a grade explains it. */
function sentencesOf(text: string): string[] {
  const parts = text.split(/\s+(?=@(?:param|returns|throws)\b)/);
  return parts.flatMap((part) =>
    part.length <= MOST_IN_ONE ? [part] : part.split(/(?<=[.:;])\s+(?=[A-Z`])|(?<=\.)\s+/),
  );
}

function strip(sentence: string): string {
  return (
    sentence
      .replace(/^@(?:param|returns|throws)\s+/, '')
      // "All figures are (choice)" would end in the air.
      .replace(/\b(is|are)( a)? \((doc|seen|choice)\)/g, '$1$2 $3')
      .replace(/\s*\((?:doc|seen|choice)\)/g, '')
      .replace(/\s+/g, ' ')
      .trim()
  );
}

const CONSTANT = /^\s*(?:export )?const ([A-Z][A-Z0-9_]+)(?:: [^=]+)? = (.+?);?$/;
const DECLARED = /^\s*(?:export )?(?:async )?(?:const|function\*?|interface|type|class) (\w+)/;
const SETTING = /\bconfig\.(\w+\.\w+)/;
const KEY = /^\s*(?:readonly )?([A-Za-z_]\w*)\??:/;

function thingIn(line: string): string | null {
  const [, name, value = ''] = CONSTANT.exec(line) ?? [];
  if (name !== undefined && !/[{[(]$/.test(value) && value.length <= 60) return `${name} = ${value}`;
  return (DECLARED.exec(line) ?? KEY.exec(line) ?? SETTING.exec(line))?.[1] ?? null;
}
