import { z } from 'zod';
import { configSchema } from '../../src/config.ts';
import { fixtureSchema } from '../../src/sim/account/fixture-schema.ts';
import { RESULT_NUMBERS } from '../../src/sim/call/result.ts';

/** A JSON Schema, as far as it is looked at here. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly additionalProperties?: JsonSchema | boolean;
}

/** A file of fixtures as it is written. */
export function fixturesJsonSchema(): JsonSchema {
  return describe(fixtureSchema, 'Fixtures of yeta-sim');
}

/** A config file. */
export function configJsonSchema(): JsonSchema {
  return describe(configSchema, 'Configuration of yeta-sim');
}

/** Draft 7: what editors read best. */
function describe(schema: z.ZodType, title: string): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema }) => tidy(jsonSchema),
  });
  return { $schema, title, ...rest } as JsonSchema;
}

/** Bounds that are those of every number say nothing; keys of weights are known. */
function tidy(schema: z.core.JSONSchema.BaseSchema): void {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.description?.includes('task_result') && schema.type === 'object')
    schema.propertyNames = { enum: RESULT_NUMBERS.map(String) };
}
