import { mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { callCli } from './run-cli.ts';

const SOUND = readFileSync('fixtures/init/fixtures.yaml', 'utf8');

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'yeta-sim-validate-'));
  onTestFinished(() => folder.remove());
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder.path, name), text);
  return folder.path;
}

/** Where a piece of a text stands, as `line:column`. */
function placeOf(text: string, piece: string): string {
  const before = text.slice(0, text.indexOf(piece)).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

/** The sound fixtures with pieces replaced; what is replaced stands in them once. */
function spoilt(...changes: readonly (readonly [piece: string, by: string])[]): string {
  return changes.reduce((text, [piece, by]) => {
    expect(text.split(piece)).toHaveLength(2);
    return text.replace(piece, () => by);
  }, SOUND);
}

describe('yeta-sim validate', () => {
  it('says what is in sound files, told by their content and not by their names', async () => {
    const cwd = folderWith({ 'a.yaml': SOUND, 'b.json': '{"port":1,"clock":"manual"}', 'config.yaml': '' });
    const { code, stdout, stderr } = await callCli(['validate', 'a.yaml', 'b.json', 'config.yaml'], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('a.yaml: sound fixtures: enterprises 1, apps 1, lines 2');
    expect(stdout).toContain('b.json: sound config: 2 keys set');
    expect(stdout).toContain('config.yaml: sound config: 0 keys set');
  });

  it('says all that is wrong in all files, by line, and fails', async () => {
    const text = spoilt(
      ['to: 选择时段', 'to: 选择时断'],
      [`给您登记\${询问日期}送货`, `给您登记\${日期}送货`],
      ['type: KeyNavigationNode', 'type: NormalNode'],
    );
    const cwd = folderWith({ 'a.yaml': text, 'b.yaml': 'port: x\n', 'c.yaml': SOUND });
    const { code, stdout, stderr } = await callCli(['validate', 'a.yaml', 'b.yaml', 'c.yaml', 'd.yaml'], {
      cwd,
    });
    expect(code).toBe(2);
    expect(stdout).toMatch(/^c\.yaml: sound fixtures: .*\n$/);
    const script = 'robots[0].script.nodes';
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(
        `^a.yaml:${placeOf(text, 'to: 选择时断')} .*: found "选择时断", expected the name or id`,
      ),
      expect.stringContaining(`a.yaml:${placeOf(text, 'keys: "1"')} ${script}[1].hits[0].keys: found "1"`),
      expect.stringContaining(`a.yaml:${placeOf(text, 'keys: "2"')} ${script}[1].hits[1].keys: found "2"`),
      expect.stringContaining(`a.yaml:${placeOf(text, 'text: 给您登记')} ${script}[3].text: found \${日期}`),
      'a.yaml: 4 problems in this file of fixtures',
      'b.yaml:1:1 port: found "x", expected a whole number from 0 to 65535',
      'b.yaml: 1 problem in this file of config',
      'd.yaml: found no such file, expected a file that can be read',
      'd.yaml: 1 problem',
      '',
    ]);
  });

  it('takes an empty file for a configuration, in which everything is as it is by default, and not for fixtures', async () => {
    const cwd = folderWith({
      'a.yaml': '',
      'b.yaml': '# nothing yet\n',
      'c.json': '',
      'config.yaml': '# none\n',
    });
    const files = ['a.yaml', 'b.yaml', 'c.json', 'config.yaml'];
    const { code, stdout, stderr } = await callCli(['validate', ...files], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: 'config.yaml: sound config: 0 keys set\n' });
    const problem = 'found nothing, expected fixtures: a map of enterprises, apps,';
    for (const file of ['a.yaml', 'b.yaml', 'c.json']) {
      expect(stderr).toContain(`${file}:1:1 (top): ${problem}`);
      expect(stderr).toContain(`${file}: 1 problem in this file of fixtures\n`);
      const start = await callCli(['start', '--port', '0', '--sip-port', 'off', '--fixtures', file], { cwd });
      expect(start).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(`${file}:1:1 (top): ${problem}`),
      });
    }
  });

  it('holds tasks to what task/create is held to, and says where', async () => {
    const text = `${SOUND}
tasks:
  - taskId: 7
    appId: "20180739"
    taskName: 通知
    robotId: "1001"
    lineNums: ["69101338"]
    timeBegin: 2026-01-05T10:00:00+08:00
    timeEnd: 2026-01-05T09:00:00+08:00
    timeRange: ["09:00:00-12:00:00", "11:00:00-13:00:00"]
    voiceCode: "60099"
`;
    const cwd = folderWith({ 'a.yaml': text });
    const { code, stderr } = await callCli(['validate', 'a.yaml'], { cwd });
    expect(code).toBe(2);
    expect(stderr.split('\n').slice(0, -1)).toEqual([
      expect.stringContaining(
        `a.yaml:${placeOf(text, 'timeEnd:')} tasks[0].timeEnd: found 2026-01-05T09:00:00`,
      ),
      expect.stringContaining(`a.yaml:${placeOf(text, '"11:00:00')} tasks[0].timeRange[1]: found "11:00:00`),
      expect.stringContaining(`a.yaml:${placeOf(text, 'voiceCode:')} tasks[0].voiceCode: found "60099"`),
      'a.yaml: 3 problems in this file of fixtures',
    ]);
  });

  it('says it in JSON', async () => {
    const cwd = folderWith({ 'a.yaml': 'clock: real\nclok: x\n', 'b.yaml': 'apps: [\n' });
    const { code, stdout } = await callCli(['validate', '--json', 'a.yaml', 'b.yaml'], { cwd });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      files: [
        {
          file: 'a.yaml',
          kind: 'config',
          ok: false,
          problems: [
            {
              line: 2,
              column: 1,
              path: 'clok',
              found: 'an unknown key',
              expected: expect.stringContaining('one of port'),
            },
          ],
        },
        {
          file: 'b.yaml',
          kind: null,
          ok: false,
          problems: [{ line: 2, column: 1, path: '', found: expect.any(String), expected: 'YAML or JSON' }],
        },
      ],
    });
  });
});
