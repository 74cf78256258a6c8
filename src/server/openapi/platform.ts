import { RESULT_CODES } from '../platform/envelope.ts';
import { OPERATIONS } from '../platform/index.ts';
import type { Field } from '../platform/input/field.ts';
import type { Operation } from '../platform/operation.ts';
import { downloadPaths } from './download.ts';
import { refusal, refusalExample, refusalsOf, writeCodeTable } from './result-code.ts';
import { readExample, readSample } from './sample.ts';
import type { JsonSchema } from './schema.ts';
import { webhookSchemas, webhooks } from './webhook.ts';

const TEXT = `yeta开放平台开发接口,由模拟器提供 · the open platform's API, as this simulator serves it.

请求方式:HTTP POST,字符编码:UTF-8,请求头:Content-Type: application/json;charset=UTF-8,返回格式:json。所有json响应消息采用标准对象定义,全部具有code、message和result三个属性。

Every call is a \`POST\` with a JSON object, and every answer an envelope of \`code\`, \`message\` and \`result\`. A refusal is HTTP 200 too, and changes nothing. Part 2 and 3 of the documents (推送 pushes, 拉取 pulls) are the **webhooks** below: what the platform sends to your server.

The simulator is as loose with a request as the platform was seen to be: keys match ignoring case, \`_\` and \`-\`; a number is taken where a string is asked and a numeric string where a number is; null, "" and [] count as absent, and so does 0 where it has no meaning of its own. Unknown fields are ignored, and noted in \`/_sim/requests\` as a finding.

Texts marked *(seen)* stand in no document, but were observed. \`x-simulator-always\` names keys that this simulator always sends beside the ones that the documents promise (\`required\`).

What no platform has (clock, rules, faults, journals) is under [\`/_sim\`](./_sim/docs).

<details><summary><b>返回码 · Result codes</b></summary>

`;

/** OpenAPI 3.1 of the platform, made of what its operations read, of their pages, and of the samples. */
export function describePlatform(version: string): JsonSchema {
  return {
    openapi: '3.1.1',
    info: {
      title: 'yeta开放平台 · Yeta open platform (simulated)',
      version,
      summary: 'Outbound-call robots: tasks, calls, pushes',
      description: `${TEXT}${writeCodeTable()}\n\n</details>`,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'this simulator' }],
    security: [{ token: [] }],
    tags: [
      { name: 'platform', description: 'Part1:平台能力调用 · calls to the platform' },
      { name: 'files', description: 'Files that answers and pushes name' },
      { name: 'push', description: 'Part2:数据推送 · pushes to your server' },
      { name: 'pull', description: 'Part3:业务能力对接 · questions to your server' },
    ],
    paths: {
      ...Object.fromEntries(OPERATIONS.map((operation) => [operation.path, { post: describe(operation) }])),
      ...downloadPaths,
    },
    webhooks: webhooks(),
    components: {
      schemas: { Refusal: refusal, ...webhookSchemas },
      securitySchemes: {
        token: {
          type: 'apiKey',
          in: 'query',
          name: 'token',
          description: '令牌 · from `/openapi/oauth/v1/token`',
        },
      },
    },
  };
}

function describe(operation: Operation): JsonSchema {
  const { name, page, right } = operation;
  const refusals = refusalsOf(operation);
  const sample = name.replace('/', '-');
  return {
    operationId: name.replace(/\/(.)/, (_, letter: string) => letter.toUpperCase()),
    tags: ['platform'],
    summary: page.title,
    description: page.text,
    ...(right === 'none' && { security: [] }),
    requestBody: {
      required: isAsked(operation),
      content: {
        'application/json': {
          schema: requestSchema(operation),
          examples: {
            sample: {
              summary: '请求示例 · as the documents print it',
              value: readSample(`${sample}.request`),
            },
          },
        },
      },
    },
    responses: {
      200: {
        description: '成功或失败 · success, or a refusal',
        content: {
          'application/json': {
            schema: { oneOf: [success(page.result), { $ref: '#/components/schemas/Refusal' }] },
            examples: {
              ...successExample(sample),
              ...Object.fromEntries(
                refusals.map((reason) => [`code-${RESULT_CODES[reason].code}`, refusalExample(reason)]),
              ),
            },
          },
        },
      },
      500: {
        description: 'A bug of the simulator: code 10004',
        content: {
          'application/json': {
            schema: { $ref: '#/components/schemas/Refusal' },
            examples: { 'code-10004': refusalExample('busy') },
          },
        },
      },
    },
    'x-simulator-result-codes': [0, ...refusals.map((reason) => RESULT_CODES[reason].code)],
  };
}

/** What a client should send; what is taken beside it says the introduction. */
function requestSchema({ fields, page }: Operation): JsonSchema {
  const required = Object.keys(fields).filter((name) => fields[name]?.required);
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [name, fieldSchema(field, page.fields[name] ?? '')]),
    ),
    ...(required.length > 0 && { required }),
  };
}

function fieldSchema(field: Field<unknown>, text: string | JsonSchema): JsonSchema {
  const { schema, required, fallback } = field;
  const least = required && schema.type === 'array' ? { minItems: 1 } : {};
  const shown =
    typeof fallback === 'object' || fallback === Number.MAX_SAFE_INTEGER ? {} : { default: fallback };
  return { ...schema, ...least, ...shown, ...(typeof text === 'string' ? { description: text } : text) };
}

function isAsked({ fields }: Operation): boolean {
  return Object.values(fields).some((field) => field.required);
}

function success(result: JsonSchema): JsonSchema {
  return {
    type: 'object',
    description: '成功 · success',
    required: ['code', 'message', 'result'],
    properties: {
      code: { const: 0, description: '返回码 · result code' },
      message: { const: 'ok', description: '返回码描述 · the code in words' },
      result: { description: '返回结果集 · what was asked for', ...result },
    },
  };
}

/** The sample of task/query is printed without the escapes in its strings, and lacks a key that its own table requires. */
function successExample(sample: string): JsonSchema {
  if (sample === 'task-query') {
    return { simulator: { summary: 'as this simulator answers', value: readExample('task-query.response') } };
  }
  return {
    sample: { summary: '响应示例 · as the documents print it', value: readSample(`${sample}.response`) },
  };
}
