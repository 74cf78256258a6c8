import type { GradedSentence } from './grade.ts';

/** Where in the sources a topic of the page is decided; the first that fits counts. */
const TOPICS: readonly (readonly [title: string, paths: RegExp])[] = [
  ['The platform’s requests and answers', /^src\/server\/(platform|app|body|light-response|serve)/],
  ['Recordings and downloads', /^src\/(server\/files|sim\/recording)/],
  ['Tasks and lines', /^src\/sim\/(task|account\/line)/],
  ['What becomes of a call', /^src\/sim\/(call|rule|fault)/],
  ['Dialogues', /^src\/sim\/dialog/],
  ['Pushes and failure files', /^src\/sim\/push/],
  ['Pulls', /^src\/(sim\/pull|server\/receiver)/],
  ['SIP', /^src\/sip/],
  ['Accounts, ids, time', /^src\/sim/],
  ['Built-in fixtures', /^fixtures/],
  ['The simulator’s own interface', /^src/],
];

/** The graded sentences as lists, topic by topic: choices first, as they are what one has to know. */
export function listGrades(sentences: readonly GradedSentence[]): string {
  const topicOf = ({ path }: GradedSentence) => TOPICS.find(([, paths]) => paths.test(path))?.[0];
  return TOPICS.flatMap(([title]) => {
    const own = sentences.filter((sentence) => topicOf(sentence) === title);
    if (own.length === 0) return [];
    const isChoice = ({ grades }: GradedSentence) => grades.includes('choice');
    const sorted = [...own.filter(isChoice), ...own.filter((one) => !isChoice(one))];
    return [
      `### ${title}`,
      '',
      '| grade | rule | decided in |',
      '|---|---|---|',
      ...sorted.map(writeRow),
      '',
    ];
  })
    .join('\n')
    .trimEnd();
}

function writeRow({ path, grades, text, thing }: GradedSentence): string {
  const cell = text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
  const where = `[${path.replace(/^src\//, '')}](../${path})${thing === null ? '' : ` \`${thing.replaceAll('|', '\\|')}\``}`;
  return `| ${grades.join(', ')} | ${cell} | ${where} |`;
}
