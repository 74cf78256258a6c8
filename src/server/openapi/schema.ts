/** A JSON Schema (2020-12), or a piece of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * How sure a reader may be of a key: the platform's documents promise it; this simulator always sends it, which no
 * document promises; or it is there only where it applies.
 */
type Presence = 'promised' | 'sent' | 'sometimes';

interface Key {
  readonly schema: JsonSchema;
  readonly presence: Presence;
}

/** Keys that this simulator always sends beside the promised ones; tests hold it to that. */
export const ALWAYS_SENT = 'x-simulator-always';

export const promised = (schema: JsonSchema): Key => ({ schema, presence: 'promised' });
export const sent = (schema: JsonSchema): Key => ({ schema, presence: 'sent' });
export const sometimes = (schema: JsonSchema): Key => ({ schema, presence: 'sometimes' });

/** An object; the order of its keys is theirs on the wire. */
export function object(keys: Readonly<Record<string, Key>>, description?: string): JsonSchema {
  const named = (presence: Presence) => Object.keys(keys).filter((name) => keys[name]?.presence === presence);
  const required = named('promised');
  const always = named('sent');
  return {
    type: 'object',
    ...describe(description),
    properties: Object.fromEntries(Object.entries(keys).map(([name, { schema }]) => [name, schema])),
    ...(required.length > 0 && { required }),
    ...(always.length > 0 && { [ALWAYS_SENT]: always }),
  };
}

export function string(description?: string, more: JsonSchema = {}): JsonSchema {
  return { type: 'string', ...describe(description), ...more };
}

/** An integer; `long` in the platform's words. */
export function integer(description?: string, more: JsonSchema = {}): JsonSchema {
  return { type: 'integer', ...describe(description), ...more };
}

export function number(description: string, more: JsonSchema = {}): JsonSchema {
  return { type: 'number', description, ...more };
}

/** ms since 1970. */
export function instant(description: string): JsonSchema {
  return { type: 'integer', format: 'int64', description: `${description} (ms)` };
}

export function boolean(description: string): JsonSchema {
  return { type: 'boolean', description };
}

export function array(items: JsonSchema, description?: string): JsonSchema {
  return { type: 'array', ...describe(description), items };
}

/** The same, or null. */
export function nullable(schema: JsonSchema): JsonSchema {
  return { ...schema, type: [schema.type, 'null'] };
}

/** One of some numbers, each with what it says. */
export function choice(description: string, meanings: Readonly<Record<number, string>>): JsonSchema {
  const lines = Object.entries(meanings).map(([value, meaning]) => `${value}: ${meaning}`);
  const values = Object.keys(meanings).map(Number);
  return {
    type: 'integer',
    enum: values.sort((a, b) => a - b),
    description: `${description}. ${lines.join(', ')}`,
  };
}

function describe(description: string | undefined): JsonSchema {
  return description === undefined ? {} : { description };
}
