import { ERROR_STATUS } from '../../../src/server/control/http/error.ts';
import { CONTROL_ROUTES } from '../../../src/server/control/route-list.ts';
import { describeControl } from '../../../src/server/openapi/control.ts';
import type { JsonSchema } from '../../../src/server/openapi/schema.ts';
import type { Exchange } from './exchange.ts';
import { checkPushed } from './platform.ts';
import { pointer, readStrictly, type StrictDocument } from './strict.ts';

type Methods = Readonly<Record<string, JsonSchema>>;

interface Contract extends StrictDocument {
  /** Paths as patterns, those without parameters first. */
  readonly paths: readonly { readonly path: string; readonly pattern: RegExp; readonly methods: Methods }[];
}

const ERROR = pointer('components', 'schemas', 'Error');

const contracts = new Map<boolean, Contract>();

function contract(isUniverse: boolean): Contract {
  const known = contracts.get(isUniverse) ?? read(isUniverse);
  contracts.set(isUniverse, known);
  return known;
}

function read(isUniverse: boolean): Contract {
  const strict = readStrictly(describeControl(CONTROL_ROUTES, { version: 'test', isUniverse }));
  const paths = Object.entries(strict.document.paths as Record<string, Methods>).map(([path, methods]) => ({
    path,
    pattern: new RegExp(`^${path.replace(/\{name\}/g, '.+').replace(/\{\w+\}/g, '[^/]+')}$`),
    methods,
  }));
  return {
    ...strict,
    paths: paths.sort((a, b) => Number(a.path.includes('{')) - Number(b.path.includes('{'))),
  };
}

/** What in a call below `/_sim` does not conform to its contract, a line each. */
export function checkControl(exchange: Exchange): string[] {
  const { method, path, status, got } = exchange;
  if (method === 'HEAD') return [];
  const [, universe, below = ''] = /^\/_sim(\/universes\/[^/]+(?=\/))?(.*)$/.exec(path) ?? [];
  const strict = contract(universe !== undefined);
  const found = strict.paths.find(
    ({ pattern, methods }) => pattern.test(below) && method.toLowerCase() in methods,
  );
  if (status >= 400) return checkError(strict, exchange);
  if (found === undefined) return ['answered, though no such route is published'];
  const route = found.methods[method.toLowerCase()] as JsonSchema;
  const place = [`paths`, found.path, method.toLowerCase()];
  const problems = [
    ...checkQuery(strict, exchange, route, place),
    ...checkBody(strict, exchange, route, place),
  ];
  const responses = route.responses as Record<string, { content: Record<string, { schema?: JsonSchema }> }>;
  const content = responses[status]?.content;
  if (content === undefined) return [...problems, `status ${status}`];
  const [type = '', { schema } = {}] = Object.entries(content)[0] ?? [];
  if (type !== '*/*' && exchange.contentType.split(';')[0] !== type)
    problems.push(`content type ${exchange.contentType}`);
  if (schema === undefined || got === null) return problems;
  const answer: unknown = type === 'text/plain' ? got : JSON.parse(got);
  problems.push(...strict.check(pointer(...place, 'responses', status, 'content', type, 'schema'), answer));
  return [...problems, ...checkPushes(answer)];
}

function checkError(strict: StrictDocument, { status, got }: Exchange): string[] {
  const answer = JSON.parse(got ?? 'null') as { error?: { code: string } } | null;
  const problems = strict.check(ERROR, answer);
  const { code = '' } = answer?.error ?? {};
  return ERROR_STATUS[code] === status ? problems : [...problems, `${code} with status ${status}`];
}

/** A query brings everything as text. */
function checkQuery(
  strict: StrictDocument,
  { query }: Exchange,
  route: JsonSchema,
  place: readonly string[],
): string[] {
  const parameters = route.parameters as readonly { name: string; in: string }[];
  return [...query].flatMap(([name, value]) => {
    const index = parameters.findIndex((each) => each.in === 'query' && each.name === name);
    // The built-in receiver takes any address.
    if (index < 0)
      return place.includes('/receiver/{module}') ? [] : [`taken, though ${name} is not published`];
    const problems = strict.check(pointer(...place, 'parameters', index, 'schema'), value);
    return problems.map((problem) => `taken, though ${name}: ${problem}`);
  });
}

function checkBody(
  strict: StrictDocument,
  { sent, method }: Exchange,
  route: JsonSchema,
  place: readonly string[],
): string[] {
  if (sent === null || method === 'GET') return [];
  const body = route.requestBody as { content: Record<string, unknown> } | undefined;
  if (body === undefined)
    return /^\s*(\{\s*\})?\s*$/.test(sent) ? [] : [`taken, though no body is published`];
  if (!('application/json' in body.content)) return [];
  const value: unknown = sent.trim() === '' ? {} : JSON.parse(sent);
  const problems = strict.check(
    pointer(...place, 'requestBody', 'content', 'application/json', 'schema'),
    value,
  );
  return problems.map((problem) => `taken, though ${problem}`);
}

/** Pushes that a list shows are what is sent. */
function checkPushes(answer: unknown): string[] {
  const { items = [answer] } = answer as { items?: readonly unknown[] };
  return items.flatMap((item) => {
    if (typeof item !== 'object' || item === null || !('attempts' in item)) return [];
    const { module, body } = item as unknown as { module: string; body: unknown };
    return checkPushed(module, body).map((problem) => `push ${module}: ${problem}`);
  });
}
