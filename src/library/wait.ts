import type { Call, CallFilter } from './call.ts';
import type { Push, PushFilter } from './push.ts';
import type { PlatformRequest, RequestFilter } from './request.ts';
import type { Task, TaskFilter } from './task.ts';

/** What can be waited for: what it is found by, and what comes. */
export interface Waitable {
  /** Delivered ones, unless `state` says otherwise. */
  push: { where: PushFilter; item: Push };
  /** Ended ones, unless `state` says otherwise. */
  call: { where: CallFilter; item: Call };
  /** Finished ones, unless `status` says otherwise. */
  task: { where: TaskFilter; item: Task };
  request: { where: RequestFilter; item: PlatformRequest };
}

export interface WaitOptions {
  /** Wall time, up to `10m`; default `5s`. */
  readonly timeout?: string | undefined;
  /** How many there must be, 1 to 1,000; default 1. */
  readonly count?: number | undefined;
  /** Moves a manual clock as far as needed; default false. */
  readonly advance?: boolean | undefined;
}

/** At least one. */
export type Some<T> = [T, ...T[]];
