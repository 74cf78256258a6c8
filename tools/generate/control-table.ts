import { ERROR_STATUS } from '../../src/server/control/http/error.ts';
import type { Route } from '../../src/server/control/http/route.ts';
import { CONTROL_ROUTES } from '../../src/server/control/route-list.ts';
import { describeControl, writePath } from '../../src/server/openapi/control.ts';
import { FINDINGS } from '../../src/server/platform/finding/finding.ts';

interface Parameter {
  readonly name: string;
  readonly in: string;
}

/** Every route of the control API, with what it takes. */
export function routeTable(): string {
  const contract = describeControl(CONTROL_ROUTES, { version: '', isUniverse: false });
  const paths = contract.paths as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const rows = CONTROL_ROUTES.map((route) => {
    const path = writePath(route.path);
    const described = paths[path]?.[route.method.toLowerCase()];
    return `| \`${route.method} ${path}\` | ${writeSummary(route)} | ${writeInput(described)} |`;
  });
  return ['| below `/_sim` | what | takes |', '|---|---|---|', ...rows].join('\n');
}

function writeSummary({ summary, access, isShared }: Route): string {
  const marks = [...(access === 'open' ? ['open'] : []), ...(isShared === true ? ['server'] : [])];
  return [summary.replaceAll('|', '\\|'), ...marks.map((mark) => `*${mark}*`)].join(' · ');
}

/** Names of the filters, and of the keys of a body. */
function writeInput(described: unknown): string {
  const { parameters, requestBody } = described as {
    readonly parameters: readonly Parameter[];
    readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  };
  const filters = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name }) => `\`?${name}\``);
  const schema = requestBody?.content['application/json']?.schema;
  return [...filters, ...(schema === undefined ? [] : writeKeys(schema))].join(' ');
}

interface Schema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Schema[];
}

/** Those that may be left out end with a question mark. */
function writeKeys({ properties = {}, required = [], oneOf = [] }: Schema): string[] {
  const [first] = oneOf;
  if (first !== undefined) return writeKeys(first);
  return Object.keys(properties).map((key) => `\`${key}${required.includes(key) ? '' : '?'}\``);
}

/** Every finding of the request journal, and why it would hurt. */
export function findingTable(): string {
  const rows = Object.entries(FINDINGS).map(([code, why]) => `| \`${code}\` | ${why} |`);
  return ['| finding | why it would hurt |', '|---|---|', ...rows].join('\n');
}

/** Every code of an error, by its HTTP status. */
export function errorTable(): string {
  const byStatus = Map.groupBy(Object.entries(ERROR_STATUS), ([, status]) => status);
  const rows = [...byStatus]
    .sort(([a], [b]) => a - b)
    .map(([status, codes]) => `| ${status} | ${codes.map(([code]) => `\`${code}\``).join(' ')} |`);
  return ['| status | codes |', '|---|---|', ...rows].join('\n');
}
