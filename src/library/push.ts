/** A push with every attempt at it. Instants are ISO 8601 with +08:00, and once more in ms since 1970. */
export interface Push {
  readonly id: string;
  readonly module: PushModule;
  /** Which of a call's records it is, where a call owes two of a module. */
  readonly variant: string;
  /** Null: none is set for the module. */
  readonly url: string | null;
  readonly callUuid: string;
  readonly callee: string;
  readonly taskId: string | null;
  readonly taskDataId: string | null;
  readonly callRelationId: string | null;
  /** `lost`: by a rule; `dropped`: a pull whose call ended before it could be made, no push is. */
  readonly state: 'owed' | 'delivered' | 'failed' | 'no-url' | 'dropped' | 'lost';
  /** When the next attempt is due, or the last one was. */
  readonly dueAt: string;
  readonly dueAtMs: number;
  readonly createdAt: string;
  readonly createdAtMs: number;
  readonly failedAt: string | null;
  readonly failedAtMs: number | null;
  /** As it is sent. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly attempts: readonly Attempt[];
}

export type PushModule = 'receiveCallRecord' | 'receiveVoice' | 'receiveDialog';

export interface Attempt {
  /** Simulated instant of its start. */
  readonly at: string;
  readonly atMs: number;
  /** Wall ms. */
  readonly tookMs: number;
  /** HTTP status; null: no answer came. */
  readonly status: number | null;
  /** The answer's start. */
  readonly answer: string | null;
  /** In words, why it does not count: `timed out after 3 s`, `no "success" in the answer`; null: delivered. */
  readonly error: string | null;
}

/** Which pushes; what is left out matches everything. */
export interface PushFilter {
  readonly id?: string | undefined;
  readonly module?: PushModule | undefined;
  /** Of an outbound call's two records `outbound` is the one with its `task_result`, `basic` the other. */
  readonly variant?: 'basic' | 'outbound' | 'inbound' | 'dialog' | 'voice' | undefined;
  readonly callUuid?: string | undefined;
  readonly callee?: string | undefined;
  readonly taskId?: string | undefined;
  readonly taskDataId?: string | undefined;
  readonly callRelationId?: string | undefined;
  readonly state?: Push['state'] | undefined;
  readonly url?: string | undefined;
}

/** Which settled pushes are owed once more. */
export interface ResendFilter {
  /** ISO 8601, or ms since 1970; default: all. */
  readonly since?: string | number | undefined;
  readonly module?: PushModule | undefined;
  /** Default false: delivered ones too. */
  readonly failedOnly?: boolean | undefined;
}

/** A failure file that was closed. */
export interface PushFile {
  readonly businessId: string;
  /** `yyyy-MM-dd` in Asia/Shanghai. */
  readonly day: string;
  /** Below `/push_download/`. */
  readonly path: string;
  /** Pushes in it. */
  readonly lines: number;
}
