import { z } from 'zod';
import { ERROR_STATUS } from '../control/http/error.ts';
import { nothing } from '../control/http/field.ts';
import type { Route } from '../control/http/route.ts';
import type { JsonSchema } from './schema.ts';

const TEXT = `What no platform has: a clock that can be moved, rules and faults, journals, wait-for, universes. For humans with examples: docs/control-api.md of the package. The platform's own API is at [/docs](/docs).

Ids are strings. An instant is told twice: under its name as ISO 8601 with +08:00, and under \`<name>Ms\` in ms since 1970. Lists answer \`{"items","next","dropped"}\` and take \`limit\`, \`after\` and the filters shown; journals are bounded, and say how much they dropped.

On anything but loopback a token is needed (\`--admin-token\`, printed at the start if not given), but for what is marked as open.

Everything stands once more below \`/_sim/universes/{id}\` for each universe, but for the universes themselves.

## Errors

An error is \`{"error":{"code","message","details"}}\` with the HTTP status of its code:

`;

/** OpenAPI 3.1 of the simulator's own interface, made of its routes and the schemas that read their input. */
export function describeControl(
  all: readonly Route[],
  options: {
    readonly version: string;
    /** Below a universe the shared routes do not stand. */
    readonly isUniverse: boolean;
  },
): { openapi: string } & JsonSchema {
  const routes = all.filter(({ isShared }) => !(options.isUniverse && isShared));
  const components = new Components();
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const route of routes) {
    const path = writePath(route.path);
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = describeRoute(route, components);
  }
  return {
    openapi: '3.1.1',
    info: {
      title: "yeta-sim: the simulator's own interface",
      version: options.version,
      description: TEXT + writeErrorTable(),
      license: { name: 'MIT', identifier: 'MIT' },
    },
    // Relative to this document: right below a universe too.
    servers: [{ url: '.', description: 'this simulator' }],
    security: [{}, { adminToken: [] }],
    tags: [...new Set(routes.map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { ...components.schemas, Error: ERROR },
      securitySchemes: { adminToken: { type: 'http', scheme: 'bearer' } },
    },
  };
}

/** A path as OpenAPI writes it. */
export function writePath(path: string): string {
  return path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}');
}

/** Groups of routes whose paths do not begin alike. */
const GROUPS: Readonly<Record<string, string>> = {
  livez: 'health',
  readyz: 'health',
  'openapi.json': 'docs',
};

function tagOf({ path }: Route): string {
  const [, first = ''] = path.split('/');
  return GROUPS[first] ?? first;
}

function describeRoute(route: Route, components: Components): JsonSchema {
  const { method, path, summary, access, status = 200, query, headers = {}, body } = route;
  const names = [...writePath(path).matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const answer = components.write(route.answer(), 'output');
  return {
    operationId: [method.toLowerCase(), ...path.split(/\W+/).filter((word) => word !== '')].join('-'),
    tags: [tagOf(route)],
    summary,
    ...(access === 'open' && { security: [] }),
    parameters: [
      ...names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
      ...(query === undefined ? [] : describeQuery(components.write(query, 'input'))),
      ...Object.entries(headers).map(([name, description]) => ({
        name,
        in: 'header',
        required: false,
        description,
        schema: { type: 'string' },
      })),
    ],
    ...(body !== undefined && { requestBody: { content: describeBody(route, components) } }),
    responses: {
      [status]: {
        description: 'As asked for',
        content: {
          [route.produces ?? typeOf(answer)]: isSaid(answer) ? { schema: answer } : {},
        },
      },
      default: {
        description: 'An error',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

function describeBody({ reads, body = nothing, example }: Route, components: Components): JsonSchema {
  switch (reads) {
    case 'text':
      return { '*/*': { schema: { type: 'string' } } };
    case 'file':
      return { 'application/octet-stream': {} };
    default: {
      const schema = components.write(body, 'input');
      return { 'application/json': { schema, ...(example !== undefined && { example }) } };
    }
  }
}

/** Of what is in a file nothing is said. */
function isSaid(schema: JsonSchema): boolean {
  return Object.keys(schema).length > 0;
}

function typeOf(answer: JsonSchema): string {
  return answer.type === 'string' ? 'text/plain' : 'application/json';
}

function describeQuery(schema: JsonSchema): JsonSchema[] {
  const properties = (schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>;
  const required = (schema.required ?? []) as readonly string[];
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema: property,
  }));
}

const ERROR: JsonSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'details'],
      properties: {
        code: { type: 'string', enum: Object.keys(ERROR_STATUS) },
        message: { type: 'string', description: 'what was found and what was expected' },
        details: { type: 'object', description: 'the same for programs', additionalProperties: true },
      },
    },
  },
};

function writeErrorTable(): string {
  const byStatus = Map.groupBy(Object.keys(ERROR_STATUS), (code) => ERROR_STATUS[code] ?? 0);
  const lines = [...byStatus]
    .sort(([a], [b]) => a - b)
    .map(([status, codes]) => `| ${status} | ${codes.map((code) => `\`${code}\``).join(', ')} |`);
  return ['| status | codes |', '|---|---|', ...lines].join('\n');
}

const DEFS = '#/$defs/';

/** JSON Schemas of zod's; those with a name are gathered. */
class Components {
  readonly schemas: Record<string, JsonSchema> = {};

  write(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const { $schema: _, $defs = {}, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
    for (const [id, definition] of Object.entries($defs)) this.schemas[id] ??= clean(definition, io);
    const written = clean(rest, io);
    const { id, ...named } = written;
    if (typeof id !== 'string') return written;
    this.schemas[id] ??= named;
    return { $ref: `#/components/schemas/${id}` };
  }
}

/** Without what only says how zod checks, and open to keys that a later version adds to an answer. */
function clean(node: unknown, io: 'input' | 'output'): JsonSchema {
  return walk(node) as JsonSchema;

  function walk(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter((entry) => !isNoise(entry))
        .map(([key, inner]) => [
          key,
          key === '$ref' ? String(inner).replace(DEFS, '#/components/schemas/') : walk(inner),
        ]),
    );
  }

  function isNoise([key, value]: [string, unknown]): boolean {
    if (key === 'readOnly' || Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER) return true;
    return key === 'additionalProperties' && io === 'output' && value === false;
  }
}
