import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator, type TestSimulator } from '../support/simulator.ts';

/** A block of commands, and what stands under it: a line for each answer. */
interface Example {
  readonly commands: readonly string[];
  readonly printed: readonly string[];
}

const page = readFileSync('docs/control-api.md', 'utf8');
const SERVER = 'http://127.0.0.1:8720';

const examples: Example[] = [...page.matchAll(/^```sh\n([\s\S]*?)^```\n(?:```\n([\s\S]*?)^```)?/gm)].map(
  ([, commands = '', printed = '']) => ({ commands: linesOf(commands), printed: linesOf(printed) }),
);

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** What curl is told: as much of it as the page uses. */
function readCurl(command: string): { path: string; init: RequestInit } {
  const words = [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '');
  const after = (flag: string) => words[words.indexOf(flag) + 1];
  const url = words.find((word) => word.startsWith(SERVER)) ?? '';
  const body = words.includes('-d') ? (after('-d') ?? '') : null;
  const type = words.includes('-H')
    ? (after('-H')?.split(': ')[1] ?? '')
    : 'application/x-www-form-urlencoded';
  const method = words.includes('-X') ? (after('-X') ?? '') : body === null ? 'GET' : 'POST';
  const headers = body === null ? {} : { 'content-type': type };
  return { path: url.slice(SERVER.length), init: { method, headers, body } };
}

/** `…` stands for anything. */
function toPattern(line: string): RegExp {
  const parts = line.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[\\s\\S]*')}$`);
}

describe('docs/control-api.md', () => {
  let simulator: TestSimulator;
  const variables = new Map<string, string>();

  beforeAll(async () => {
    simulator = await startSimulator();
  });
  afterAll(() => simulator.stop());

  async function run(command: string): Promise<string | null> {
    const [, name, value] = /^(\w+)=(\S+)/.exec(command) ?? [];
    if (name !== undefined && value !== undefined) {
      variables.set(name, value);
      return null;
    }
    const filled = command
      .replace(/\s+# .*$/, '')
      .replace(/\$(\w+)/g, (_, key: string) => variables.get(key) ?? key);
    const { path, init } = readCurl(filled);
    expect(path).toMatch(/^\//);
    return (await simulator.request(path, init)).text();
  }

  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(15);
    expect(examples.filter(({ printed }) => printed.length > 0).length).toBeGreaterThan(15);
  });

  it.each(examples.map((example) => [example.commands.at(-1) ?? '', example] as const))(
    'prints what %s answers',
    async (_, { commands, printed }) => {
      const answers: string[] = [];
      for (const command of commands)
        answers.push(...[await run(command)].filter((answer) => answer !== null));
      expect(printed).toHaveLength(answers.length);
      for (const [i, answer] of answers.entries()) expect(answer).toMatch(toPattern(printed[i] ?? ''));
    },
  );

  it('would notice another answer', () => {
    expect('{"a":1,"b":2}').toMatch(toPattern('{"a":1,…}'));
    expect('{"a":1,"b":2}').not.toMatch(toPattern('{"a":1}'));
    expect('{"a":12}').not.toMatch(toPattern('{"a":1}'));
  });
});
