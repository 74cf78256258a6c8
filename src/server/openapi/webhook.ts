import type { Module } from '../../sim/account/account.ts';
import { contextAnswer, contextRequest, semanticsAnswer, semanticsRequest } from './pull.ts';
import { basicRecord, dialog, failureLine, inboundRecord, outboundRecord, voice } from './push.ts';
import { readExample, readSample } from './sample.ts';
import type { JsonSchema } from './schema.ts';

export const webhookSchemas: JsonSchema = {
  BasicRecord: basicRecord,
  OutboundRecord: outboundRecord,
  InboundRecord: inboundRecord,
  Voice: voice,
  Dialog: dialog,
  FailureLine: failureLine,
  ContextRequest: contextRequest,
  ContextAnswer: contextAnswer,
  SemanticsRequest: semanticsRequest,
  SemanticsAnswer: semanticsAnswer,
};

const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
const printed = (name: string) => ({
  summary: '请求示例 · as the documents print it',
  value: readSample(name),
});
const made = (summary: string, name: string) => ({ summary, value: readExample(name) });

const PUSH_TEXT =
  '未能在3秒内接收到应用方返回的success关键字,平台将会重试3次,对于重试后仍然无法推送的数据将被记录到文件中。\n\nDelivered = the answer, received whole within 3 seconds, contains `success` in lower case, whatever its status and format. If not, three more attempts follow, and then a line in the next day’s file of failed pushes.';

/** What the platform asks of the integrator's server: three pushes, two pulls. */
export function webhooks(): JsonSchema {
  return {
    receiveCallRecord: push({
      name: 'receiveCallRecord',
      summary: '话单推送 · Call record',
      text: '平台对外呼的话单可能会进行两次推送,分别为基本属性话单消息和外呼属性话单消息,可以通过是否包含task_row_index属性进行区分,顺序不做保证。\n\nAn outbound call may owe two records, in no fixed order; the one with `task_row_index` has every field of the other.',
      schema: { anyOf: [ref('OutboundRecord'), ref('InboundRecord'), ref('BasicRecord')] },
      examples: {
        sample: printed('receive-call-record.request'),
        basic: made('基本属性话单 · basic record of an outbound call', 'receive-call-record.basic.request'),
        outbound: made('外呼属性话单 · outbound record', 'receive-call-record.outbound.request'),
        inbound: made('呼入话单 · record of an inbound call', 'receive-call-record.inbound.request'),
      },
    }),
    receiveVoice: push({
      name: 'receiveVoice',
      summary: '录音推送 · Recording',
      text: 'The recording itself is at `/voice/` and the `url`.',
      schema: ref('Voice'),
      examples: {
        sample: printed('receive-voice.request'),
        outbound: made('as this simulator sends it', 'receive-voice.request'),
      },
    }),
    receiveDialog: push({
      name: 'receiveDialog',
      summary: '会话推送 · Dialogue',
      text: 'What was said, turn by turn.',
      schema: ref('Dialog'),
      examples: {
        sample: printed('receive-dialog.request'),
        outbound: made('as this simulator sends it', 'receive-dialog.request'),
      },
    }),
    getDialogContext: pull({
      name: 'getDialogContext',
      summary: '呼入话术上下文动态数据获取 · What fills the script of an inbound call',
      text: '强烈建议应用方的接口响应时间建议不超过500毫秒 · asked at the start of each inbound call whose robot is dynamic; answer within 500 ms.',
      schema: ref('ContextRequest'),
      examples: { sample: printed('get-dialog-context.request') },
      answer: ref('ContextAnswer'),
      answerExample: readSample('get-dialog-context.response'),
    }),
    getSemantics: pull({
      name: 'getSemantics',
      summary: '语义接口 · What the customer’s words mean',
      text: '平台向应用方提供此次对话的基本属性、话术上下文动态数据和人机交互过程数据,应用方返回语义分析处理后的结果数据 · asked at a node whose script names a `code`.',
      schema: ref('SemanticsRequest'),
      // The documents print ids as numbers, against their own table.
      examples: { simulator: made('as this simulator sends it', 'get-semantics.request') },
      answer: ref('SemanticsAnswer'),
      answerExample: readSample('get-semantics.response'),
    }),
  };
}

interface Webhook {
  readonly name: Module;
  readonly summary: string;
  readonly text: string;
  readonly schema: JsonSchema;
  readonly examples: JsonSchema;
}

function push({ name, summary, text, schema, examples }: Webhook): JsonSchema {
  return {
    post: {
      operationId: name,
      tags: ['push'],
      summary,
      description: `${text}\n\n${PUSH_TEXT}`,
      security: [],
      requestBody: { required: true, content: { 'application/json': { schema, examples } } },
      responses: {
        default: {
          description: '响应内容不限格式,但必须包含success关键字 · any answer that contains `success`',
          content: { 'text/plain': { schema: { type: 'string', pattern: 'success' }, example: 'success' } },
        },
      },
    },
  };
}

function pull(
  pulled: Webhook & { readonly answer: JsonSchema; readonly answerExample: unknown },
): JsonSchema {
  const { name, summary, text, schema, examples, answer, answerExample } = pulled;
  return {
    post: {
      operationId: name,
      tags: ['pull'],
      summary,
      description: text,
      security: [],
      requestBody: { required: true, content: { 'application/json': { schema, examples } } },
      responses: {
        200: {
          description: '响应结果 · the answer',
          content: { 'application/json': { schema: answer, examples: { sample: { value: answerExample } } } },
        },
      },
    },
  };
}
