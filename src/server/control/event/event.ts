import { z } from 'zod';
import { object, text } from '../http/field.ts';
import { defineRoute } from '../http/route.ts';
import { EVENT_NAMES, type EventName, eventAnswer } from './event-answer.ts';
import { streamEvents } from './event-stream.ts';

/** `call` stands for all that begin with `call.`. */
const GROUPS = ['task', 'call', 'push'];
/** A gap is told to everybody. */
const WORDS: ReadonlySet<string> = new Set([...GROUPS, ...EVENT_NAMES.filter((name) => name !== 'gap')]);
const EVENT_HINT = `one or more of ${[...WORDS].join(', ')}, separated by commas`;

const eventQuery = object({
  event: z
    .string(EVENT_HINT)
    .refine((words) => words.split(',').every((word) => WORDS.has(word)), EVENT_HINT)
    .meta({ description: EVENT_HINT })
    .optional(),
  after: text
    .max(100, 'the id of an event')
    .meta({ description: 'as Last-Event-ID, for clients that cannot set a header' })
    .optional(),
});

export const eventRoutes = [
  defineRoute({
    method: 'GET',
    path: '/events',
    summary: 'Server-sent events: every fact of the simulation as it happens',
    query: eventQuery,
    headers: {
      'Last-Event-ID':
        'the last event that was seen; the stream goes on after it, and an event `gap` says what is gone by then',
    },
    answer: eventAnswer,
    produces: 'text/event-stream',
    run({ scope, query, header, stay }) {
      const stream = streamEvents({
        feed: scope.events,
        after: header('Last-Event-ID') ?? query.after ?? null,
        isWanted: readWanted(query.event),
        closing: scope.closing,
        onEnd: stay(),
      });
      return new Response(stream, {
        headers: {
          'Content-Type': 'text/event-stream; charset=UTF-8',
          'Cache-Control': 'no-store',
          // nginx keeps answers back otherwise.
          'X-Accel-Buffering': 'no',
        },
      });
    },
  }),
];

function readWanted(words: string | undefined): (event: EventName) => boolean {
  if (words === undefined) return () => true;
  const named = new Set(words.split(','));
  return (event) => named.has(event) || named.has(event.split('.')[0] ?? '');
}
