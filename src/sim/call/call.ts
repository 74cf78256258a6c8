import type { OutsideInput } from '../dialog/dialogue.ts';
import type { PushBehaviour } from '../push/behaviour.ts';
import type { Chance } from '../random.ts';

export type CallState = 'dialing' | 'ringing' | 'talking' | 'ended';
export type Direction = 'inbound' | 'outbound';

/** The steps of a call after its dial. */
export type CallStep = 'ring' | 'answer' | 'pull' | 'hangup';

/** What an outbound call was dialled for. */
export interface DialledRow {
  readonly taskId: number;
  readonly rowId: number;
  /** Counts from 1 within the task. */
  readonly rowIndex: number;
  /** Recall rounds already run for the row (spec 2.3). */
  readonly tries: number;
  readonly head: readonly string[];
  readonly value: readonly string[];
}

/** The real phone at the customer's end: its call keeps its own time, and only the phone moves it (spec 4.3). */
export interface Phone {
  /** Wall ms at `dialAt`. */
  readonly wallAt: number;
  /** Outbound: who is rung (spec 4.4); null: the phone has called. */
  readonly rung: RungAccount | null;
  /** What was recorded, once the call has ended; null: nothing. */
  recording: PhoneRecording | null;
}

interface RungAccount {
  /** Of the SIP account. */
  readonly user: string;
  /** How long it rings at most, wall ms. */
  readonly mostMs: number;
}

export interface PhoneRecording {
  /** Name in the folder of recordings. */
  readonly file: string;
  /** Of the whole file. */
  readonly bytes: number;
  readonly durationMs: number;
}

/** One call, inside view. Instants are ms of the simulator's clock; null where it never came to that. */
export interface Call {
  /** Rowid. */
  readonly id: number;
  /** Root of every draw of this call. */
  readonly chance: Chance;
  readonly uuid: string;
  readonly direction: Direction;
  readonly businessId: string;
  readonly appId: string;
  readonly robotId: string;
  /** The robot's revision that this call runs; revisions never change. */
  readonly revision: number;
  readonly lineNum: string;
  readonly caller: string;
  readonly callee: string;
  /** Outbound only. */
  readonly row: DialledRow | null;
  /** Inbound only: the business's own id, from `X-call-relation-id`. */
  readonly relationId: string | null;
  /** Null: the customer is simulated. */
  readonly phone: Phone | null;
  readonly turbo: boolean;
  /** Voice speed, -500 to 500, 0 = as recorded. */
  readonly speed: number;
  state: CallState;
  /** Instants are planned as soon as they are known; `state` tells which of them have come. */
  dialAt: number;
  ringAt: number | null;
  answerAt: number | null;
  hangupAt: number | null;
  /** What happens next and when; null while only the outside can move the call, and after its end. */
  next: CallStep | null;
  dueAt: number | null;
  /** `task_result`; decided at the dial for outbound calls, null while nobody has decided (inbound, a real phone). */
  result: number | null;
  /** What a rule or a magic number asks of the dialogue, absent fields left to chance. */
  script: ScriptWish;
  pushBehaviour: readonly PushBehaviour[] | null;
  /** All that came from outside the draws: pulls, said texts, keys, hang-ups; the walk is replayed from them. */
  outside: OutsideInput[];
}

export interface ScriptWish {
  /** Exact talk time. */
  readonly talkMs?: number | undefined;
  /** The intention tag the dialogue ends with, A to F. */
  readonly tag?: string | undefined;
  /** The hits to pick, in order. */
  readonly walk?: readonly string[] | undefined;
}
