import { readVersion } from '../../package.ts';
import type { Module } from '../../sim/account/account.ts';
import { DEFAULT_CONFIG } from '../../sim/config.ts';
import type { AttemptOutcome, HttpPort } from '../../sim/port.ts';
import { readPullAnswer } from '../../sim/pull/answer.ts';
import { createHttpPort, explainOutcome } from '../../sim/push/deliver.ts';

/** Wall ms that an attempt may take in all, as the platform has it. */
export const TIMEOUT_MS = DEFAULT_CONFIG.push.timeout;

export const USER_AGENT = `yeta-sim/${readVersion()}`;

/** Sends as the simulator does. */
export function openSender(): HttpPort {
  return createHttpPort({ userAgent: USER_AGENT });
}

/** Why the platform would not take an answer; null: it would. */
export function judgeAnswer(module: Module, outcome: AttemptOutcome): string | null {
  const isPull = module === 'getDialogContext' || module === 'getSemantics';
  return isPull
    ? (readPullAnswer(module, outcome).note ?? null)
    : explainOutcome(outcome, DEFAULT_CONFIG.push);
}
