import type { JsonSchema } from './json-schema.ts';

/**
 * A table of the keys of a map, for a page of the documentation.
 * @param options variableOf gives a column of its own instead of the defaults, which the texts then say
 */
export function keyTable(
  { properties = {}, required = [] }: JsonSchema,
  { variableOf }: { variableOf?: (...keys: string[]) => string } = {},
): string {
  const rows = Object.entries(properties).map(([key, schema]) => {
    const { description = '', default: fallback } = schema;
    const absent = required.includes(key) ? 'required' : showDefault(fallback);
    const cells = [
      `\`${key}\``,
      nameKind(schema),
      escapeCell(description),
      variableOf === undefined ? absent : showVariable(key, variableOf),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const head = ['key', 'is', 'what', variableOf === undefined ? 'without it' : 'variable'];
  return [`| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...rows].join('\n');
}

/** Tables of a config: a key per line, those of sections with a dot. */
export function flattenSections(schema: JsonSchema): JsonSchema {
  const entries = Object.entries(schema.properties ?? {}).flatMap(([key, inside]): [string, JsonSchema][] =>
    inside.properties === undefined
      ? [[key, inside]]
      : Object.entries(inside.properties).map(([inner, one]): [string, JsonSchema] => [
          `${key}.${inner}`,
          one,
        ]),
  );
  return { properties: Object.fromEntries(entries) };
}

/** The schema of the entries of a list, or of a map, by its keys from the top. @throws Error if there is none */
export function schemaAt(schema: JsonSchema, ...keys: readonly string[]): JsonSchema {
  return keys.reduce((inside, key) => {
    const found = inside.properties?.[key];
    if (found === undefined) throw new Error(`no ${key} in the schema`);
    return found.items?.properties === undefined ? found : found.items;
  }, schema);
}

function nameKind(schema: JsonSchema): string {
  const { type, enum: words, const: word, items, anyOf, properties, additionalProperties } = schema;
  if (anyOf !== undefined) return [...new Set(anyOf.map(nameKind))].join(' or ');
  if (words !== undefined) return words.map((one) => `\`${one}\``).join(' ');
  if (word !== undefined) return `\`${word}\``;
  if (items !== undefined)
    return items.properties === undefined ? `list: ${nameKind(items)}` : 'list of maps';
  if (properties !== undefined || additionalProperties !== undefined) return 'map';
  if (Array.isArray(type)) return type.map((one) => nameKind({ type: one })).join(' or ');
  if (type === 'integer') return 'whole number';
  if (type === 'boolean') return '`true` `false`';
  return type === 'string' ? 'text' : String(type ?? 'anything');
}

/** A map has one for each of its keys. */
function showVariable(key: string, variableOf: (...keys: string[]) => string): string {
  const name = key === 'urls' ? variableOf(key, '<module>') : variableOf(...key.split('.'));
  return `\`${name}\``;
}

function showDefault(value: unknown): string {
  if (value === undefined) return '';
  return Array.isArray(value) && value.length === 0 ? 'none' : `\`${JSON.stringify(value)}\``;
}

/** What a table would read as its own. */
export function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
