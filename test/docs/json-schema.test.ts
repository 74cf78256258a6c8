import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

/** Reads the schema as an editor would, from its file. */
function schemaOf(name: string): z.ZodType {
  return z.fromJSONSchema(JSON.parse(readFileSync(`fixtures/schema/${name}`, 'utf8')));
}

describe('the JSON Schema of fixtures', () => {
  const schema = schemaOf('fixtures.schema.json');
  const read = (path: string) => parse(readFileSync(path, 'utf8'));

  it.each(['fixtures/default.yaml', 'fixtures/init/fixtures.yaml'])('takes %s', (path) => {
    expect(schema.safeParse(read(path)).error).toBeUndefined();
  });

  it.each([
    ['an unknown key', (data: Record<string, unknown>) => ({ ...data, robot: [] })],
    ['a number without quotes', () => ({ sensitiveNumbers: [19999999999] })],
    [
      'hours of a strange form',
      () => ({ lines: [{ lineNum: '1', businessId: '1', concurrents: 1, timeWork: ['9-18'] }] }),
    ],
    ['a module that is none', () => ({ urls: [{ businessId: '1', module: 'receiveAll', url: 'http://a' }] })],
    ['weights of no result', () => ({ weights: { 99: 1 } })],
  ])('refuses %s', (_, spoil) => {
    expect(schema.safeParse(spoil(read('fixtures/init/fixtures.yaml'))).success).toBe(false);
  });
});

describe('the JSON Schema of a config file', () => {
  const schema = schemaOf('config.schema.json');

  it.each([
    [{}, true],
    [{ clock: 'x60', seed: 'random', push: { retryDelays: [1] } }, true],
    [{ clock: 'fast' }, false],
    [{ clok: 'real' }, false],
    [{ push: { timeout: '3s' } }, false],
    [{ port: 70_000 }, false],
  ])('%j is taken: %s', (config, taken) => {
    expect(schema.safeParse(config).success).toBe(taken);
  });
});
