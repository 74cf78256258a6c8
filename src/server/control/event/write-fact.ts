import type { Fact } from '../../../sim/fact.ts';
import { cutBody } from '../../ring.ts';
import { times } from '../http/times.ts';

/** What a fact tells, with its instants told twice and its body bounded. */
export function writeFact(data: Fact['data']): object {
  const { dueAt, startedAt, body, ...rest } = data as FactKeys;
  return {
    ...rest,
    ...(startedAt !== undefined && times({ startedAt })),
    ...(dueAt !== undefined && times({ dueAt })),
    ...(body !== undefined && { body: cutBody(body) }),
  };
}

/** Keys that are written in another way than they are told. */
interface FactKeys {
  readonly dueAt?: number | null;
  readonly startedAt?: number;
  readonly body?: string;
}
