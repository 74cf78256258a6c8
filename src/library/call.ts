/** A call as far as it has come. Instants are ISO 8601 with +08:00, and once more in ms since 1970. */
export interface Call {
  readonly callUuid: string;
  readonly direction: 'inbound' | 'outbound';
  readonly state: 'dialing' | 'ringing' | 'talking' | 'ended';
  readonly businessId: string;
  readonly appId: string;
  /** Null: an inbound call. */
  readonly taskId: string | null;
  readonly taskDataId: string | null;
  /** Counts from 1 within the task. */
  readonly rowIndex: number | null;
  /** Calls of its row, this one included. */
  readonly tries: number | null;
  /** Null: an outbound call. */
  readonly callRelationId: string | null;
  readonly lineNum: string;
  readonly robotId: string;
  readonly caller: string;
  readonly callee: string;
  /** `task_result`, `-1` to `28`; null: not ended, or inbound. */
  readonly result: string | null;
  readonly dialAt: string;
  readonly dialAtMs: number;
  readonly ringAt: string | null;
  readonly ringAtMs: number | null;
  readonly answerAt: string | null;
  readonly answerAtMs: number | null;
  readonly hangupAt: string | null;
  readonly hangupAtMs: number | null;
  readonly timeline: readonly CallEvent[];
}

/** One line of a call's story; beside its instant only what the event has. */
export interface CallEvent {
  readonly at: string;
  readonly atMs: number;
  /** `dialed` `received` `ringing` `asked` `pulled` `answered` `robot` `customer` `said` `hangup`. */
  readonly event: string;
  readonly [detail: string]: unknown;
}

/** Which calls; what is left out matches everything. */
export interface CallFilter {
  readonly callUuid?: string | undefined;
  readonly direction?: Call['direction'] | undefined;
  /** `live`: all that have not ended. */
  readonly state?: Call['state'] | 'live' | undefined;
  readonly taskId?: string | undefined;
  readonly taskDataId?: string | undefined;
  readonly callRelationId?: string | undefined;
  readonly lineNum?: string | undefined;
  readonly robotId?: string | undefined;
  readonly caller?: string | undefined;
  readonly callee?: string | undefined;
  /** `task_result`, -1 to 28. */
  readonly result?: string | number | undefined;
}

/** An inbound call without SIP. */
export interface InboundCall {
  readonly robotId: string;
  readonly appId: string;
  /** Whose number is shown. */
  readonly caller: string;
  /** The integrator's own id of the call, which comes back in its pushes. */
  readonly callRelationId: string;
  /** Default: the first line with a free channel. */
  readonly lineNum?: string | undefined;
}
