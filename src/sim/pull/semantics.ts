import type { Call } from '../call/call.ts';
import type { Dialogue, Turn } from '../dialog/dialogue.ts';
import { deriveChance, drawHex } from '../random.ts';
import type { WireIds } from '../task/wire-id.ts';
import { type PulledValues, parseJson, quote } from './context.ts';

/** Body of a `getSemantics` request, keys in the order of spec 3.6. */
export interface SemanticsRequestBody {
  code: string;
  business_id: string;
  app_id: string;
  robot_id: string;
  call_uuid: string;
  call_relation_id?: string;
  /** Always there: the table requires it; `"0"` inbound. */
  task_id: string;
  task_data_id?: string;
  caller: string;
  callee: string;
  /** 1 inbound, 2 outbound. */
  direction: 1 | 2;
  context: Readonly<Record<string, string>>;
  /** The customer's last words. */
  reply: string;
  dialog: SemanticsTurnBody[];
}

/** One question and its answer, in the sample's own shape and order (doc, seed 001). */
interface SemanticsTurnBody {
  /** The branch that was taken; absent where none was, or none yet. */
  hit?: { pick: true; name: string; id: string };
  node_type: string;
  text_robot: string;
  tag_name?: string;
  /** 1 from the second answer in a row that was not understood (choice; fits the sample). */
  reject: 0 | 1;
  tag_desc?: string;
  node_name: string;
  text_man: string;
  /** Whether the customer said or pressed anything. */
  has_reply: 0 | 1;
  /** How many answers in a row were not understood at this node, this one included. */
  un_hit: number;
  seq: number;
  node_id: string;
}

/** @param dialogue as it stands when it stops for the pull */
export function semanticsRequest(
  call: Call,
  dialogue: Dialogue,
  ids: Pick<WireIds, 'task' | 'row'>,
): SemanticsRequestBody {
  const { stop, turns, context } = dialogue;
  const pull = stop.kind === 'pull' ? stop : null;
  return {
    code: pull?.code ?? '',
    business_id: call.businessId,
    app_id: call.appId,
    robot_id: call.robotId,
    call_uuid: call.uuid,
    ...(call.row === null
      ? { call_relation_id: call.relationId ?? '', task_id: '0' }
      : { task_id: ids.task(call.row.taskId), task_data_id: ids.row(call.row.rowId) }),
    caller: call.caller,
    callee: call.callee,
    direction: call.direction === 'inbound' ? 1 : 2,
    context,
    reply: pull?.reply ?? turns.findLast((turn) => turn.role === 'customer')?.textMan ?? '',
    dialog: foldTurns(turns),
  };
}

/** A robot turn and the answer to it are one entry; the last answer is what is asked about, so it has no branch yet. */
function foldTurns(turns: readonly Turn[]): SemanticsTurnBody[] {
  const entries: SemanticsTurnBody[] = [];
  let unHit = 0;
  turns.forEach((turn, i) => {
    const answered = turns[i + 1]?.role === 'customer';
    if (turn.role === 'robot' && answered) return;
    const isLast = i === turns.length - 1;
    const taken = turn.hits?.find((hit) => hit.pick);
    const missed = turn.role === 'customer' && taken === undefined;
    unHit = missed ? unHit + 1 : 0;
    entries.push({
      ...(taken === undefined || isLast
        ? null
        : { hit: { pick: true, name: taken.hit, id: taken.answerId || judgeId(turn, taken.hit) } }),
      node_type: turn.nodeType,
      text_robot: turn.textRobot,
      ...(turn.tag === undefined ? null : { tag_name: turn.tag }),
      reject: unHit > 1 ? 1 : 0,
      ...(turn.tagDesc === undefined ? null : { tag_desc: turn.tagDesc }),
      node_name: turn.nodeName,
      text_man: turn.textMan,
      has_reply: turn.textMan === '' ? 0 : 1,
      un_hit: unHit,
      seq: entries.length,
      node_id: turn.nodeId,
    });
  });
  return entries;
}

/** `judge_node_7d4db64c-4` as in the sample; follows from node and branch (choice). */
function judgeId(turn: Turn, hit: string): string {
  const hex = drawHex(deriveChance(0, 'judge', turn.nodeId, hit), 'id', 5);
  return `judge_node_${hex.slice(0, 8)}-${hex.slice(8, 9)}`;
}

/**
 * Reads the answer: an array of `{key, type, value}`, type integer or string in any case; numeric strings are taken
 * as integers (seen). Anything else is left out, with a note.
 */
export function readSemantics(answer: string): PulledValues {
  const data = parseJson(answer);
  if (data === undefined) return { values: {}, note: `the answer is not JSON: ${quote(answer)}` };
  if (!Array.isArray(data)) return { values: {}, note: `the answer is not an array: ${quote(answer)}` };
  const read = data.map(readEntry);
  const values = Object.fromEntries(read.flatMap((one) => (typeof one === 'string' ? [] : [one])));
  const notes = read.filter((one) => typeof one === 'string');
  return notes.length === 0 ? { values } : { values, note: notes.join('; ') };
}

/** A key with its value, or what is wrong with the entry. */
function readEntry(entry: unknown, index: number): readonly [string, string] | string {
  if (typeof entry !== 'object' || entry === null) return `entry ${index} is not an object`;
  const { key, type, value } = entry as Readonly<Record<string, unknown>>;
  if (typeof key !== 'string' || key === '') return `entry ${index} has no key`;
  switch (typeof type === 'string' ? type.toLowerCase() : '') {
    case 'integer': {
      // A longer number has lost digits by now.
      const text = typeof value === 'string' || Number.isSafeInteger(value) ? String(value) : '';
      return /^\s*[+-]?\d+\s*$/.test(text)
        ? [key, String(BigInt(text.trim().replace(/^\+/, '')))]
        : `${key} is not an integer: ${quote(String(value))}`;
    }
    case 'string':
      if (typeof value === 'string') return [key, value];
      return typeof value === 'number' ? [key, String(value)] : `${key} is not a string`;
    default:
      return `${key} has a type that is neither integer nor string`;
  }
}
