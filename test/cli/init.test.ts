import { existsSync, mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { readSettings } from '../../src/cli/option.ts';
import { configSchema } from '../../src/config.ts';
import { loadFixtures } from '../../src/load-fixtures.ts';
import { callCli } from './run-cli.ts';

const NAMES = ['fixtures.yaml', 'yeta-sim.config.yaml'];

function folder(): string {
  const made = mkdtempDisposableSync(join(tmpdir(), 'yeta-sim-init-'));
  onTestFinished(() => made.remove());
  return made.path;
}

describe('yeta-sim init', () => {
  it('writes fixtures and configuration that are sound, and that a start there finds by itself', async () => {
    const cwd = folder();
    const { code, stdout } = await callCli(['init'], { cwd });
    expect(code).toBe(0);
    for (const name of NAMES) expect(stdout).toContain(`wrote ${name}\n`);
    expect(await callCli(['validate', ...NAMES], { cwd })).toMatchObject({ code: 0, stderr: '' });
    const settings = await readSettings(['--config', join(cwd, 'yeta-sim.config.yaml')], {});
    const { robots } = await loadFixtures(settings.fixtures);
    expect(robots.map(({ robotId }) => robotId)).toEqual(['1001']);
  });

  it('names in the first line the schema by which editors check it', async () => {
    const cwd = folder();
    await callCli(['init', 'deep/er'], { cwd });
    for (const name of NAMES) {
      const [first = ''] = readFileSync(join(cwd, 'deep/er', name), 'utf8').split('\n');
      const schema = /^# yaml-language-server: \$schema=(\S+\.schema\.json)$/.exec(first)?.[1] ?? '';
      expect(existsSync(resolve(cwd, 'deep/er', schema))).toBe(true);
    }
  });

  it('overwrites nothing without --force', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'fixtures.yaml'), 'mine');
    const refused = await callCli(['init'], { cwd });
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/^fixtures\.yaml: found a file, .*--force\n$/);
    expect(readFileSync(join(cwd, 'fixtures.yaml'), 'utf8')).toBe('mine');
    expect(existsSync(join(cwd, 'yeta-sim.config.yaml'))).toBe(false);
    const forced = await callCli(['init', '.', '--force', '--json'], { cwd });
    expect(JSON.parse(forced.stdout)).toEqual({ written: NAMES });
    expect(readFileSync(join(cwd, 'fixtures.yaml'), 'utf8')).not.toBe('mine');
  });

  it('says where it cannot write', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'taken'), '');
    const { code, stderr } = await callCli(['init', 'taken/below'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^taken\/below\/fixtures\.yaml: found .*, expected a file that can be written\n$/);
  });
});

describe('the configuration that it writes', () => {
  const text = readFileSync('fixtures/init/yeta-sim.config.yaml', 'utf8');

  it('shows every key there is', () => {
    const keys = Object.entries(configSchema.shape).flatMap(([key, schema]) => {
      const inner = schema.unwrap();
      return 'shape' in inner ? [key, ...Object.keys(inner.shape)] : [key];
    });
    expect(keys.length).toBeGreaterThan(25);
    expect(keys.filter((key) => !new RegExp(`^(# )? *${key}:`, 'm').test(text))).toEqual([]);
  });

  it('is sound with everything in it uncommented', () => {
    const all = text.replace(/^# ( *\w+:)/gm, '$1');
    expect(configSchema.safeParse(parse(all)).error).toBeUndefined();
    expect(Object.keys(parse(all)).length).toBeGreaterThan(15);
  });
});
