import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { ERROR_STATUS } from '../../../src/server/control/http/error.ts';
import { CONTROL_ROUTES } from '../../../src/server/control/route-list.ts';
import { describeControl, writePath } from '../../../src/server/openapi/control.ts';
import { pointer, readStrictly } from '../../support/contract/strict.ts';
import type { Json } from '../../support/simulator.ts';

const contract: Json = describeControl(CONTROL_ROUTES, { version: '1.2.3', isUniverse: false });

describe('the contract of the control API', () => {
  it.each([false, true])('is valid OpenAPI 3.1 (below a universe: %s)', async (isUniverse) => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(
      describeControl(CONTROL_ROUTES, { version: '1', isUniverse }),
    );
    expect([errors, valid, validator.version]).toEqual([undefined, true, '3.1']);
  });

  it('has every route', () => {
    const published = Object.entries<Json>(contract.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const routes = CONTROL_ROUTES.map(({ method, path }) => `${method} ${writePath(path)}`);
    expect(published.sort()).toEqual(routes.sort());
  });

  it('has no universes below a universe', () => {
    const { paths } = describeControl(CONTROL_ROUTES, { version: '1', isUniverse: true }) as Json;
    expect(Object.keys(paths).filter((path) => path.startsWith('/universes'))).toEqual([]);
    expect(Object.keys(contract.paths)).toContain('/universes/{universe}');
  });

  it('names its operations once, and its parameters', () => {
    const operations = Object.values<Json>(contract.paths).flatMap((path) => Object.values<Json>(path));
    const names = operations.map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
    expect(contract.paths['/endpoints/{name}'].put.parameters).toEqual([
      { name: 'name', in: 'path', required: true, schema: { type: 'string' } },
    ]);
    expect(contract.paths['/requests'].get.parameters.map(({ name }: Json) => name)).toEqual([
      'operation',
      'appId',
      'code',
      'findings',
      'limit',
      'after',
    ]);
  });

  it('refers to nothing that is not there', () => {
    const refs = JSON.stringify(contract).match(/"#\/[^"]+"/g) ?? [];
    expect(refs.length).toBeGreaterThan(20);
    for (const ref of refs) {
      const [, , , name = ''] = JSON.parse(ref).split('/');
      expect(contract.components.schemas).toHaveProperty(name);
    }
  });

  it('tells every code of an error with its status', () => {
    expect(contract.components.schemas.Error.properties.error.properties.code.enum).toEqual(
      Object.keys(ERROR_STATUS),
    );
    for (const code of Object.keys(ERROR_STATUS)) expect(contract.info.description).toContain(`\`${code}\``);
  });

  it('has an example for each body of JSON, which the route takes', () => {
    const strict = readStrictly(contract);
    for (const { method, path, body, example, reads } of CONTROL_ROUTES) {
      if (body === undefined || reads !== undefined) continue;
      expect([path, body.safeParse(example).success]).toEqual([path, true]);
      const place = [
        'paths',
        writePath(path),
        method.toLowerCase(),
        'requestBody',
        'content',
        'application/json',
      ];
      expect(strict.check(pointer(...place, 'schema'), example)).toEqual([]);
    }
  });
});
