import { MODULES, type Module } from '../../sim/account/account.ts';
import { RESULT_MEANING } from '../result-meaning.ts';

/** A body that was pushed or pulled with; whatever somebody may have sent. */
export type Body = Readonly<Record<string, unknown>>;

/** What stands in a JSON text; empty if it is no map. */
export function readBody(text: string): Body {
  try {
    const data: unknown = JSON.parse(text);
    return typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as Body) : {};
  } catch {
    return {};
  }
}

/** By the end of the path, else by what only one module's bodies have; null: neither tells. */
export function tellModule(path: string, body: Body): Module | null {
  const end = path.split('?')[0]?.split('/').at(-1);
  const named = MODULES.find((module) => module === end);
  if (named !== undefined) return named;
  if ('reply' in body && 'code' in body) return 'getSemantics';
  if (!('call_uuid' in body)) return 'call_relation_id' in body ? 'getDialogContext' : null;
  if ('dialog' in body) return 'receiveDialog';
  if ('url' in body && 'size' in body) return 'receiveVoice';
  return 'time_hangup' in body ? 'receiveCallRecord' : null;
}

/** The customer's number; null: this body has none. */
export function numberIn({ direction, caller, callee }: Body): string | null {
  const number = direction === 1 ? caller : callee;
  return typeof number === 'string' ? number : null;
}

/** What it tells of the call, in a few words. */
export function describeResult(module: Module | null, body: Body): string {
  switch (module) {
    case 'receiveCallRecord':
      return describeRecord(body);
    case 'receiveDialog':
      return describeDialog(body);
    case 'receiveVoice':
      return `${body.duration} s recorded`;
    case 'getSemantics':
      return `${body.code}: ${body.reply}`;
    default:
      return '';
  }
}

function describeRecord({ task_result, task_result_desc, time_answer, duration_call }: Body): string {
  const talked = time_answer === 0 ? 'not answered' : `${duration_call} s of talk`;
  if (task_result === undefined) return talked;
  const meaning = RESULT_MEANING[String(task_result)];
  const words = meaning === undefined ? '' : ` (${meaning})`;
  return `${task_result} ${task_result_desc}${words}${time_answer === 0 ? '' : `, ${talked}`}`;
}

function describeDialog({ dialog, tag_max }: Body): string {
  const turns = Array.isArray(dialog) ? `${dialog.length} turns` : 'a dialogue';
  return tag_max === undefined ? turns : `${turns}, intention ${tag_max}`;
}
