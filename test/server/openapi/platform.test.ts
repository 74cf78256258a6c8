import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { describePlatform } from '../../../src/server/openapi/platform.ts';
import { RESULT_CODES } from '../../../src/server/platform/envelope.ts';
import { OPERATIONS } from '../../../src/server/platform/index.ts';
import { MODULES } from '../../../src/sim/account/account.ts';
import { pointer, readStrictly } from '../../support/contract/strict.ts';
import type { Json } from '../../support/simulator.ts';

const contract: Json = describePlatform('1.2.3');
const strict = readStrictly(contract);

/** Every media type with examples: where its schema stands, and the examples. */
function exampled(): { place: string; name: string; value: unknown }[] {
  const found: { place: string; name: string; value: unknown }[] = [];
  const walk = (node: Json, path: string[]) => {
    if (typeof node !== 'object' || node === null) return;
    for (const [name, example] of Object.entries<Json>(node.examples ?? {})) {
      found.push({ place: pointer(...path, 'schema'), name, value: example.value });
    }
    for (const [key, inner] of Object.entries(node)) walk(inner, [...path, key]);
  };
  walk({ paths: contract.paths, webhooks: contract.webhooks }, []);
  return found;
}

describe('the contract of the platform', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(contract));
    expect([errors, valid, validator.version]).toEqual([undefined, true, '3.1']);
  });

  it('is not valid if a piece of it is broken', async () => {
    const broken = structuredClone(contract);
    broken.paths['/openapi/oauth/v1/token'].post.responses = {};
    broken.info.title = 7;
    expect((await new Validator().validate(broken)).valid).toBe(false);
  });

  it('has the ten operations, the downloads, and the five modules', () => {
    const operations = OPERATIONS.map(({ path }) => path);
    expect(operations).toHaveLength(10);
    expect(Object.keys(contract.paths).slice(0, 10)).toEqual(operations);
    expect(Object.keys(contract.paths).slice(10)).toEqual([
      expect.stringMatching(/^\/push_download\//),
      expect.stringMatching(/^\/voice\//),
    ]);
    expect(Object.keys(contract.webhooks)).toEqual([...MODULES]);
  });

  it('describes each field of a request and each key of an answer', () => {
    const bare: string[] = [];
    const walk = (schema: Json, path: string) => {
      for (const [name, property] of Object.entries<Json>(schema?.properties ?? {})) {
        if (!property.description) bare.push(`${path}.${name}`);
        walk(property.items ?? property, `${path}.${name}`);
      }
      for (const one of schema?.oneOf ?? []) walk(one, path);
    };
    for (const { post } of Object.values<Json>(contract.paths).filter(({ post }) => post)) {
      walk(post.requestBody.content['application/json'].schema, post.operationId);
      walk(post.responses[200].content['application/json'].schema, post.operationId);
    }
    expect(bare).toEqual([]);
  });

  it('tells every code of the table with its text', () => {
    const told: { code: number; message: string }[] = contract.components.schemas.Refusal.oneOf.map(
      ({ properties: { code, message } }: Json) => ({ code: code.const, message: message.const }),
    );
    expect(told).toEqual(Object.values(RESULT_CODES));
    for (const { code, message } of told)
      expect(contract.info.description).toContain(`| ${code} | ${message} |`);
  });

  it('tells of each code at an operation at least, and of none that is in no table', () => {
    const posts = Object.values<Json>(contract.paths).flatMap(({ post }) => (post ? [post] : []));
    const told = new Set<number>(posts.flatMap((post) => post['x-simulator-result-codes']));
    expect([...told].sort()).toEqual([0, ...Object.values(RESULT_CODES).map(({ code }) => code)].sort());
  });

  it('names its operations once', () => {
    const ids = Object.values<Json>(contract.paths).flatMap((path) => Object.values<Json>(path));
    const names = ids.map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('an example of the contract', () => {
  it('of this simulator is what it sends and answers, with every key', () => {
    const own = exampled().filter(({ name }) => name !== 'sample');
    expect(own.length).toBeGreaterThan(100);
    expect(own.flatMap(({ place, value }) => strict.check(place, value))).toEqual([]);
  });

  it('of the documents conforms to what is published', () => {
    const ajv = new Ajv2020({ strict: false, validateSchema: false, validateFormats: false });
    ajv.addSchema(contract, 'published');
    const printed = exampled().filter(({ name }) => name === 'sample');
    expect(printed.length).toBeGreaterThan(20);
    for (const { place, value } of printed) {
      const validate = ajv.getSchema(`published#${place}`);
      expect([place, validate?.(value), validate?.errors]).toEqual([place, true, null]);
    }
  });

  it('of a failure file, as the documents print it, has lines as published', () => {
    const printed = readFileSync('fixtures/sample/push-failed.file.txt', 'utf8');
    const lines = printed.replaceAll('}{', '}\n{').trim().split('\n');
    expect(lines).toHaveLength(2);
    const place = pointer('components', 'schemas', 'FailureLine');
    for (const line of lines) expect(strict.check(place, JSON.parse(line))).toEqual([]);
    expect(strict.check(place, { ...JSON.parse(lines[0] ?? ''), retryTimes: '4' })).not.toEqual([]);
  });

  it('is each sample of the documents, but for the one that contradicts them', () => {
    const used = new Set(exampled().map(({ value }) => JSON.stringify(value)));
    const folder = new URL('../../../fixtures/sample/', import.meta.url);
    const read = (file: string): Json => JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
    const bodies = read('index.json').flatMap(({ file }: Json) => (file.endsWith('.json') ? [file] : []));
    const unused = bodies.filter((file: string) => !used.has(JSON.stringify(read(file))));
    // Its ids are numbers, and strings in the table above it.
    expect(unused).toEqual(['get-semantics.request.json']);
    const webhook = pointer('webhooks', 'getSemantics', 'post', 'requestBody', 'content', 'application/json');
    expect(strict.check(`${webhook}/schema`, read(unused[0])).join()).toContain('must be string');
  });
});
