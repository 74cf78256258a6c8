import type { Script } from '../dialog/script.ts';

export interface Enterprise {
  /** `business_id` on the wire. */
  readonly id: string;
  readonly name: string;
  enabled: boolean;
  /** Minutes left; null = unlimited. */
  balance: number | null;
}

export interface App {
  /** `app_id` on the wire. */
  readonly id: string;
  readonly businessId: string;
  /** 0 outbound, 1 inbound, 2 both (seen). */
  readonly type: 0 | 1 | 2;
  readonly appKey: string;
  readonly appSecret: string;
  enabled: boolean;
}

export interface Line {
  readonly lineNum: string;
  readonly businessId: string;
  /** Channels. */
  readonly concurrents: number;
  /** `HH:mm:ss-HH:mm:ss`; empty = all day. */
  readonly timeWork: readonly string[];
  /** ms, or null. */
  readonly timeApply: number | null;
  /** Seconds from `timeApply`; -1 = for ever. */
  readonly timeExpire: number;
  /** Relative weights of results on this line, by `task_result`. */
  readonly weights?: Readonly<Record<string, number>>;
}

export interface Robot {
  readonly robotId: string;
  readonly robotUuid: string;
  readonly businessId: string;
  readonly name: string;
  /** The first column is the customer's number. */
  readonly callColumn: readonly string[];
  /** 1 in review, 2 rejected, 3 to be published, 4 published. */
  readonly status: 1 | 2 | 3 | 4;
  /** 1 ordinary, 2 dynamic. */
  readonly type: 1 | 2;
  readonly deleted: boolean;
  readonly timeCreate: number;
  readonly timeUpdate: number;
  readonly createName: string | null;
  readonly createPhone: string | null;
  readonly script: Script;
}

export interface Voice {
  readonly businessId: string;
  readonly code: string;
  readonly name: string;
}

/** The five modules of pushes and pulls; `getSemantics` is named so in the platform's console (seen). */
export const MODULES = [
  'receiveCallRecord',
  'receiveVoice',
  'receiveDialog',
  'getDialogContext',
  'getSemantics',
] as const;
export type Module = (typeof MODULES)[number];
/** Those that are pushed; the others are pulled. */
export const PUSH_MODULES = ['receiveCallRecord', 'receiveVoice', 'receiveDialog'] as const;
export type PushModule = (typeof PUSH_MODULES)[number];

export interface UrlEntry {
  readonly module: Module;
  readonly appId?: string | undefined;
  readonly robotId?: string | undefined;
  readonly url: string;
  readonly enabled: boolean;
}

export interface SipAccount {
  readonly user: string;
  readonly password: string;
  readonly appId: string;
  /** Call numbers that ring its phone (spec 4.4). */
  readonly numbers: readonly string[];
}

/** A task that stands from the start. */
interface TaskFixture {
  readonly taskId: number;
  readonly appId: string;
  readonly taskName: string;
  readonly robotId: string;
  readonly lineNums: readonly string[];
  readonly timeBegin: number;
  readonly timeEnd: number | null;
  readonly recallCount: number;
  /** Seconds. */
  readonly timeRecallWait: number;
  readonly timeRange: readonly string[];
  readonly voiceCode: string | null;
  /** Told by task/query as it is, and nothing else. */
  readonly intentionPush?: readonly string[];
  readonly turbo: boolean;
}

/** Everything that stands from the start, read from a fixtures file. */
export interface Fixtures {
  readonly enterprises: readonly Enterprise[];
  readonly apps: readonly App[];
  readonly lines: readonly Line[];
  readonly robots: readonly Robot[];
  readonly voices: readonly Voice[];
  readonly urls: readonly (UrlEntry & { readonly businessId: string })[];
  readonly tasks: readonly TaskFixture[];
  readonly sipAccounts: readonly SipAccount[];
  readonly sensitiveNumbers: readonly string[];
  /** Default weights of results, by `task_result`; absent: the simulator's own. */
  readonly weights?: Readonly<Record<string, number>>;
}
