import { Buffer } from 'node:buffer';
import type { RefusalName } from '../../sim/refusal.ts';
import type { RowRange, WireIds } from '../../sim/task/wire-id.ts';
import { LightResponse } from '../light-response.ts';

/** One line of the platform's table of result codes (doc, seed 001, appendix). */
export interface ResultCode {
  readonly code: number;
  readonly message: string;
}

const OK: ResultCode = { code: 0, message: 'ok' };

/** The table itself: every reason for a refusal, with the code and the text that a client sees. */
export const RESULT_CODES: Readonly<Record<RefusalName, ResultCode>> = {
  'wrong-credentials': { code: 200101, message: '账号或密码错误' },
  'invalid-token': { code: 10001, message: '无效的token请求' },
  'no-right': { code: 10002, message: '该token无请求权限' },
  'app-disabled': { code: 10003, message: '错误的app_id' },
  busy: { code: 10004, message: '服务忙,请稍后再试' },
  'invalid-parameter': { code: 10005, message: '输入参数不正确' },
  'endpoint-maintenance': { code: 10020, message: '接口维护' },
  'endpoint-disabled': { code: 10021, message: '接口停用' },
  'wrong-relation': { code: 200200, message: '错误的数据关系' },
  'wrong-enterprise': { code: 200201, message: '错误的企业id' },
  'wrong-task': { code: 200202, message: '错误的任务id' },
  'wrong-number': { code: 200203, message: '错误的外呼号码' },
  'wrong-robot': { code: 200204, message: '错误的话术id' },
  'wrong-voice': { code: 200205, message: '错误的话术发音id' },
  'wrong-speed': { code: 200206, message: '错误的语速' },
  'balance-used-up': { code: 200209, message: '余额不足' },
  'wrong-format': { code: 200210, message: '错误的文件格式' },
  'too-large': { code: 200211, message: '文件上传超过限定大小10m' },
  'wrong-columns': { code: 200212, message: '错误的数据,与话术动态信息不匹配' },
  'too-many-rows': { code: 200213, message: '上传的外呼数据量超过限制' },
  'outside-working-time': { code: 200222, message: '非有效工作时间段' },
  'line-held': { code: 3030002, message: '号码被占用' },
  'task-deleted': { code: 3010102, message: '任务已经删除' },
  'task-completed': { code: 3010101, message: '任务已经完成' },
};

/** What an operation answers: an object, or its JSON text where ids are too long for a number. */
export type Result = Readonly<Record<string, unknown>> | JsonText;

/** A piece of JSON that is already written. */
export interface JsonText {
  readonly json: string;
}

/** Row ids as the platform writes them: JSON integers, exact above 2^53 (seen). */
export function writeRowIds(ids: WireIds, range: RowRange): JsonText {
  return { json: `{"total":${range.count},"task_data_ids":[${ids.rows(range)}]}` };
}

/** What leaves for the client, and the code in it; null if no envelope leaves. */
export interface Answer {
  readonly code: number | null;
  readonly response: Response;
}

/** The answer to a call that succeeded. */
export function answerOk(result: Result): Answer {
  return answer(OK, { result: isJsonText(result) ? result.json : JSON.stringify(result) });
}

/** The answer to a refused call: HTTP 200, as clients treat anything else as a failure of the transport (seen). */
export function answerRefusal(reason: RefusalName, http: HttpPart = {}): Answer {
  return answer(RESULT_CODES[reason], http);
}

/** The answer that a fault rule orders; a code that no table has goes out with its digits as its text (choice). */
export function answerFault(code: number, status: number): Answer {
  if (WITHOUT_BODY.has(status)) return { code: null, response: new LightResponse(null, { status }) };
  const known = [OK, ...Object.values(RESULT_CODES)].find((line) => line.code === code);
  return answer(known ?? { code, message: String(code) }, { status });
}

const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

interface HttpPart {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A string body with its length leaves in one write with the headers (seen: a client dies on a late body). */
function answer({ code, message }: ResultCode, options: HttpPart & { readonly result?: string }): Answer {
  const text = `{"code":${code},"message":"${message}","result":${options.result ?? '{}'}}`;
  const headers = {
    'Content-Type': 'application/json;charset=UTF-8',
    'Content-Length': String(Buffer.byteLength(text)),
    ...options.headers,
  };
  return { code, response: new LightResponse(text, { status: options.status ?? 200, headers }) };
}

function isJsonText(result: Result): result is JsonText {
  return typeof result.json === 'string';
}
