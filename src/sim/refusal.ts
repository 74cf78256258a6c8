/**
 * Every reason for which a command is refused. A refusal is thrown before anything has changed.
 * The wire codes stand in one table in `server/platform/envelope.ts`, which fails to compile if a name is missing.
 */
export type RefusalName =
  | 'wrong-credentials'
  | 'invalid-token'
  | 'no-right'
  | 'app-disabled'
  | 'busy'
  | 'invalid-parameter'
  | 'endpoint-maintenance'
  | 'endpoint-disabled'
  | 'wrong-relation'
  | 'wrong-enterprise'
  | 'wrong-task'
  | 'wrong-number'
  | 'wrong-robot'
  | 'wrong-voice'
  | 'wrong-speed'
  | 'balance-used-up'
  | 'wrong-format'
  | 'too-large'
  | 'wrong-columns'
  | 'too-many-rows'
  | 'outside-working-time'
  | 'line-held'
  | 'task-deleted'
  | 'task-completed';

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reason: RefusalName;

  /** @param detail what was found and what was expected; for the journal, never for the wire */
  constructor(reason: RefusalName, detail: string) {
    super(detail);
    this.reason = reason;
  }
}
