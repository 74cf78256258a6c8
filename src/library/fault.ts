import type { Counted, CountedControl, NewCounted } from './counted.ts';

/** What goes wrong; at least one of `code`, `httpStatus`, `delayMs` and `network`. */
interface FaultEffect {
  /** An operation such as `task/callout`, `*` for all of them, `push` or `sip`. */
  readonly on: string;
  /** A result code of the platform; for operations only. */
  readonly code?: number | undefined;
  /** 200 to 599. */
  readonly httpStatus?: number | undefined;
  /** Wall ms, 0 to 600,000. */
  readonly delayMs?: number | undefined;
  readonly network?: 'reset' | 'empty' | 'garbage' | 'timeout' | undefined;
}

export interface NewFault extends FaultEffect, NewCounted {}

export interface Fault extends FaultEffect, Counted {}

/** What goes wrong between the platform and its client, on both ways. The fault added last strikes first. */
export type FaultControl = CountedControl<NewFault, Fault>;
