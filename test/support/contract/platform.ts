import { describePlatform } from '../../../src/server/openapi/platform.ts';
import type { JsonSchema } from '../../../src/server/openapi/schema.ts';
import type { Exchange } from './exchange.ts';
import { readDocumented } from './leniency.ts';
import { pointer, readStrictly, type StrictDocument } from './strict.ts';

const PLATFORM_TYPE = 'application/json;charset=UTF-8';
const REFUSAL = pointer('components', 'schemas', 'Refusal');
const CREATE = '/openapi/outbound/v1/task/create';
/** Of a new task, these may be well-formed and contradict each other. */
const BEYOND_SCHEMA = ['time_range', 'time_end'];

let contract: StrictDocument | null = null;

function platform(): StrictDocument {
  contract ??= readStrictly(describePlatform('test'));
  return contract;
}

/** What in a platform call does not conform to the published contract, a line each. */
export function checkPlatform(exchange: Exchange): string[] {
  const { method, path, status } = exchange;
  if (exchange.hasFaults && (status !== 200 || exchange.got === null)) return [];
  const problems: string[] = [];
  if (exchange.contentType !== PLATFORM_TYPE) problems.push(`content type ${exchange.contentType}`);
  const answer = JSON.parse(exchange.got ?? '') as { code: number };
  const operation = (platform().document.paths as Record<string, Record<string, JsonSchema>>)[path]?.post;
  if (operation === undefined) return [...problems, ...expectRefusal(answer, status, [404, 10021])];
  if (method !== 'POST') return [...problems, ...expectRefusal(answer, status, [405, 10005])];
  if (status === 500) return [...problems, ...expectRefusal(answer, status, [500, 10004])];
  if (status !== 200) problems.push(`status ${status}`);
  const place = pointer(
    'paths',
    path,
    'post',
    'responses',
    200,
    'content',
    'application/json',
    'schema',
    'oneOf',
    0,
  );
  problems.push(...platform().check(answer.code === 0 ? place : REFUSAL, answer));
  return [
    ...problems,
    ...checkCode(exchange, operation, answer.code),
    ...checkRequest(exchange, answer.code),
  ];
}

function expectRefusal(answer: { code: number }, status: number, [wanted, code]: [number, number]): string[] {
  const problems = platform().check(REFUSAL, answer);
  if (status !== wanted || answer.code !== code)
    problems.push(`${status} with ${answer.code}, not ${wanted} with ${code}`);
  return problems;
}

/** Magic numbers ask for refusals that an operation has no cause of its own for. */
function checkCode({ hasFaults, sent }: Exchange, operation: JsonSchema, code: number): string[] {
  const codes = operation['x-simulator-result-codes'] as readonly number[];
  if (codes.includes(code) || hasFaults || sent?.includes('199000040')) return [];
  return [`code ${code} is not among those of the operation`];
}

/**
 * What is taken conforms once the documented leniency is taken away; what conforms is not refused for its form.
 */
function checkRequest({ path, sent, hasFaults }: Exchange, code: number): string[] {
  if (sent === null || hasFaults) return [];
  const schema = requestSchema(path);
  const body = readDocumented(sent, schema);
  if (body === null) return code === 0 ? ['taken, though it is no JSON object'] : [];
  const place = pointer('paths', path, 'post', 'requestBody', 'content', 'application/json', 'schema');
  const problems = platform().check(place, body);
  if (code === 0) return problems.map((problem) => `taken, though ${problem}`);
  // A magic number asks for 200206 with nothing wrong about the speed.
  const refusedForItsForm = code === 10005 || (code === 200206 && !sent.includes('199000040'));
  if (!refusedForItsForm || problems.length > 0) return [];
  return path === CREATE && BEYOND_SCHEMA.some((name) => name in body)
    ? []
    : [`${code}, though the body conforms: ${sent.slice(0, 200)}`];
}

function requestSchema(path: string): JsonSchema {
  const paths = platform().document.paths as Record<string, { post: JsonSchema }>;
  const body = paths[path]?.post.requestBody as
    | { content: Record<string, { schema: JsonSchema }> }
    | undefined;
  return body?.content['application/json']?.schema ?? {};
}

/** What in the body of a push or pull does not conform. */
export function checkPushed(module: string, body: unknown): string[] {
  const webhooks = platform().document.webhooks as Record<string, unknown>;
  if (!(module in webhooks)) return [];
  return platform().check(
    pointer('webhooks', module, 'post', 'requestBody', 'content', 'application/json', 'schema'),
    body,
  );
}
