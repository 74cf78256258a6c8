import { z } from 'zod';
import { NODE_TYPES } from '../script.ts';

/** A strict map whose error names the keys it knows. */
export function strictMap<Shape extends z.ZodRawShape>(shape: Shape, what: string) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? `one of ${known}` : `${what}: a map of ${known}`),
  });
}

export const textSchema = z.string('a text in quotes').min(1, 'a text that is not empty');

/** Relative likelihood of results, by `task_result`. */
export const weightsSchema = z.record(
  z.string(),
  z.number('a number from 0 up').min(0, 'a number from 0 up'),
  'a map of task_result to weight',
);

const hitSchema = strictMap(
  {
    hit: textSchema.describe('Name of the branch as pushed, such as 肯定'),
    weight: z
      .number('a number from 0 up')
      .min(0, 'a number from 0 up')
      .default(1)
      .describe('How likely it is taken'),
    to: textSchema.describe('Name or id of the node that follows'),
    says: z
      .array(textSchema, 'a list of texts')
      .default([])
      .describe('What customers say for it; one is drawn. Without any: the name of the hit'),
    keys: z
      .string('keys in quotes')
      .regex(/^[0-9*#A-D]+$/, 'telephone keys 0-9 * # A-D in quotes')
      .exactOptional()
      .describe('Keys pressed instead (ConditionNode, KeyNavigationNode)'),
    answerId: z.string('a text in quotes').exactOptional().describe('Pushed as answer_id'),
    human: z.boolean('true or false').exactOptional().describe('Asks for a human: result 19'),
  },
  'a hit',
);

const nodeSchema = strictMap(
  {
    name: textSchema.describe('Pushed as node_name; other nodes may refer to it'),
    id: textSchema.exactOptional().describe('Pushed as node_id; made up from the name if absent'),
    type: z.enum(NODE_TYPES, `one of ${NODE_TYPES.join(', ')}`).describe('Pushed as node_type'),
    text: z.string('a text').default('').describe(`What the robot says; \${列名} is filled in`),
    again: textSchema.exactOptional().describe('What it says when it asks again'),
    hits: z.array(hitSchema, 'a list of hits').default([]).describe('What the customer may answer'),
    next: textSchema.exactOptional().describe('Name or id of the node that follows without an answer'),
    tag: z
      .enum(['A', 'B', 'C', 'D', 'E', 'F'], 'a letter from A to F')
      .exactOptional()
      .describe('Intention tag'),
    tagDesc: z.string('a text in quotes').exactOptional().describe('Pushed as tag_desc'),
    label: z.string('a text in quotes').exactOptional().describe('Pushed as label'),
    contentId: textSchema.exactOptional().describe('Pushed as content_id; made up if absent'),
    questionId: z.string('a text in quotes').exactOptional().describe('Pushed as question_id'),
    code: textSchema.exactOptional().describe('getSemantics is pulled with this code after the answer'),
    prompt: textSchema.exactOptional().describe('WAV file to play to SIP callers'),
  },
  'a node',
);

/** A script as it is written: nodes refer to each other by name or id. */
export const scriptSchema = strictMap(
  {
    start: textSchema.describe('Name or id of the first node'),
    nodes: z
      .array(nodeSchema, 'a list of nodes')
      .min(1, 'at least one node')
      .describe('What it can say, in any order'),
    weights: weightsSchema
      .exactOptional()
      .describe('How likely each task_result is; without it those of the line, else the default ones'),
    unclear: z
      .array(textSchema, 'a list of texts')
      .exactOptional()
      .describe('What customers say that nobody understands'),
  },
  'a script',
);

export type WrittenScript = z.output<typeof scriptSchema>;
export type WrittenNode = WrittenScript['nodes'][number];
