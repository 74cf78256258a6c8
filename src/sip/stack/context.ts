import { AsyncLocalStorage } from 'node:async_hooks';
import type { Flow } from '../transport/flow.ts';

/** For whom sip.js works at this moment: it asks in the middle of its work, and later from its timers. */
export interface Context {
  readonly flow: Flow;
  /** The user that was called, as it stands in a URI: our part of Contact; '' = none. */
  readonly localUser: string;
  /** ms, RFC 3261's T1. */
  readonly t1: number;
}

/** Timers that are set within it keep it, so nothing is global and each simulator has a T1 of its own. */
const storage = new AsyncLocalStorage<Context>();

export function runFor<T>(context: Context, work: () => T): T {
  return storage.run(context, work);
}

/** Null outside of any. */
export function currentContext(): Context | null {
  return storage.getStore() ?? null;
}

/** @throws an ordinary error outside of any */
export function servedContext(): Context {
  const context = currentContext();
  if (context === null) throw new Error('sip.js was called for nobody');
  return context;
}
