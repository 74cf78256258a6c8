import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { ALWAYS_SENT, type JsonSchema } from '../../../src/server/openapi/schema.ts';

/** A published document whose schemas can be asked for by their place in it. */
export interface StrictDocument {
  readonly document: JsonSchema;
  /** What is wrong with a value, a line each; empty: nothing. @param place such as `/components/schemas/Voice` */
  check(place: string, value: unknown): string[];
}

/**
 * Compiles schemas of an OpenAPI document when they are first asked for, and reads them strictly: an object has no
 * other keys than the published ones, and all that this simulator is said to always send.
 */
export function readStrictly(document: JsonSchema): StrictDocument {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
  addFormats.default(ajv);
  ajv.addFormat('int64', true);
  ajv.addSchema(tighten(document) as JsonSchema, 'contract');
  const compiled = new Map<string, ValidateFunction>();
  return {
    document,
    check(place, value) {
      const validate = compiled.get(place) ?? ajv.getSchema(`contract#${place}`);
      if (validate === undefined) throw new Error(`the document has no schema at ${place}`);
      compiled.set(place, validate);
      if (validate(value)) return [];
      return (validate.errors ?? []).map(
        ({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
      );
    },
  };
}

/** A place as a JSON pointer in a fragment. */
export function pointer(...parts: readonly (string | number)[]): string {
  return parts
    .map((part) => `/${encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1'))}`)
    .join('');
}

function tighten(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(tighten);
  if (typeof node !== 'object' || node === null) return node;
  const { examples: _, example: __, ...rest } = node as Record<string, unknown>;
  const tight = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, tighten(value)]));
  if (tight.type !== 'object' || tight.properties === undefined) return tight;
  const required = [...((tight.required as string[]) ?? []), ...((tight[ALWAYS_SENT] as string[]) ?? [])];
  return {
    unevaluatedProperties: tight.additionalProperties === undefined ? false : undefined,
    ...tight,
    required,
  };
}
