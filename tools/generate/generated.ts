import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { variableOf } from '../../src/cli/variable.ts';
import { loadVerbs } from '../../src/cli/verb-list.ts';
import { exitTable, jsonTable, verbSections, verbTable } from './cli-table.ts';
import { errorTable, findingTable, routeTable } from './control-table.ts';
import { readGrades } from './grade.ts';
import { listGrades } from './grade-list.ts';
import { configJsonSchema, fixturesJsonSchema, type JsonSchema } from './json-schema.ts';
import { flattenSections, keyTable, schemaAt } from './key-table.ts';
import { refusalTable, resultTable } from './magic-table.ts';
import { fillSection } from './section.ts';

/** A file that follows from the code, as it should stand in the repository. */
export interface GeneratedFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** Loaded here, as each of them is a module of its own. */
const VERBS = await loadVerbs();

const ROOT = join(import.meta.dirname, '..', '..');

/** Schemas for editors, and the parts of the documentation that follow from the code. */
export function generatedFiles(): GeneratedFile[] {
  const fixtures = fixturesJsonSchema();
  const config = configJsonSchema();
  const script = schemaAt(fixtures, 'robots', 'script');
  const sections = ['enterprises', 'apps', 'lines', 'robots', 'voices', 'urls', 'tasks', 'sipAccounts'];
  return [
    json('fixtures/schema/fixtures.schema.json', fixtures),
    json('fixtures/schema/config.schema.json', config),
    page('docs/scripts.md', {
      script: keyTable(script),
      node: keyTable(schemaAt(script, 'nodes')),
      hit: keyTable(schemaAt(script, 'nodes', 'hits')),
    }),
    page('docs/fixtures.md', {
      fixtures: keyTable(fixtures),
      ...Object.fromEntries(sections.map((section) => [section, keyTable(schemaAt(fixtures, section))])),
      config: keyTable(flattenSections(config), { variableOf }),
    }),
    page('docs/control-api.md', { routes: routeTable(), findings: findingTable(), errors: errorTable() }),
    page('docs/cli.md', {
      verbs: verbTable(VERBS),
      exits: exitTable(VERBS),
      json: jsonTable(VERBS),
      options: verbSections(VERBS),
    }),
    page('docs/magic-numbers.md', { results: resultTable(), refusals: refusalTable() }),
    page('docs/how-sure.md', { grades: listGrades(readGrades(ROOT)) }),
  ];
}

function json(path: string, schema: JsonSchema): GeneratedFile {
  return { path, text: `${JSON.stringify(schema, null, 2)}\n` };
}

/** A page that is written by hand, with its generated sections filled. */
function page(path: string, sections: Readonly<Record<string, string>>): GeneratedFile {
  const written = readFileSync(join(ROOT, path), 'utf8');
  const text = Object.entries(sections).reduce(
    (filled, [name, content]) => fillSection(filled, name, content),
    written,
  );
  return { path, text };
}
