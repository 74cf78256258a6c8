import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadFixtures } from '../src/load-fixtures.ts';
import { ConfigurationError } from '../src/sim/configuration-error.ts';

describe('fixtures are loaded', () => {
  it('built in where no file is named, in a form that JSON keeps as it is', async () => {
    const fixtures = await loadFixtures();
    expect(fixtures.robots.length).toBeGreaterThan(4);
    // What `npm run build` writes beside the compiled code.
    expect(JSON.parse(JSON.stringify(fixtures))).toStrictEqual(fixtures);
  });

  it('from a file that is named', async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'yeta-sim-fixtures-'));
    const file = join(folder.path, 'mine.json');
    writeFileSync(file, '{"enterprises":[{"id":"1","name":"a"}]}');
    expect((await loadFixtures(file)).enterprises).toHaveLength(1);
  });

  it('but not from one that is not there, or is no file', async () => {
    await expect(loadFixtures('none.yaml')).rejects.toThrow('none.yaml: found no such file');
    await expect(loadFixtures('.')).rejects.toThrow(ConfigurationError);
  });
});
