import { z } from 'zod';
import { type RequestEntry, showBody } from '../platform/journal.ts';
import { instants, named } from './http/answer.ts';
import { times } from './http/times.ts';

/** What is noted of a call beside its instant. */
export const requestKeys = () => ({
  id: z.string(),
  operation: z.string().meta({ description: 'its name, or the path if no operation is there' }),
  appId: z.string().nullable(),
  code: z.int().nullable().meta({ description: 'result code; null if no envelope left' }),
  tookMs: z.number().meta({ description: 'wall ms' }),
  body: z.string().meta({ description: 'as it came, secrets masked; cut at 16 KiB, marked' }),
  refusal: z.string().nullable().meta({ description: 'why it was refused, which its answer does not tell' }),
  findings: z
    .array(z.string())
    .readonly()
    .meta({ description: 'what of it would hurt in production, each with its code: `unknown-field: …`' }),
});

export const requestAnswer = named('Request', () => z.object({ ...instants('at'), ...requestKeys() }));

export function writeRequest({ id, at, ...rest }: RequestEntry & { readonly id: string }) {
  return {
    id,
    ...times({ at }),
    ...rest,
    tookMs: Math.round(rest.tookMs * 100) / 100,
    body: showBody(rest.body),
  };
}
