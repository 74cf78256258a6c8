import { z } from 'zod';
import { instants, named } from './http/answer.ts';
import { defineRoute } from './http/route.ts';
import { times } from './http/times.ts';

export const sipAnswer = named('Sip', () =>
  z.object({
    port: z.int().nullable().meta({ description: 'UDP and TCP; null: no SIP is served' }),
    registrations: z
      .array(
        z.object({
          user: z.string(),
          contact: z.string(),
          transport: z.enum(['udp', 'tcp', 'ws']),
          source: z.string().meta({ description: 'address and port that it came from' }),
          ...instants('expiresAt'),
          userAgent: z.string().nullable(),
        }),
      )
      .readonly(),
    calls: z
      .array(
        z.object({
          callUuid: z.string().nullable().meta({ description: 'null while it arrives' }),
          callId: z.string().nullable().meta({ description: 'of SIP; null before the INVITE' }),
          direction: z.enum(['inbound', 'outbound']),
          caller: z.string(),
          callee: z.string(),
          callRelationId: z.string().nullable().meta({ description: 'null: a phone that is called' }),
          state: z.enum(['arriving', 'calling', 'ringing', 'answered', 'talking', 'over']),
          transport: z.enum(['udp', 'tcp', 'ws']),
          source: z.string(),
        }),
      )
      .readonly(),
    signalling: z
      .object({ dialogs: z.int(), servers: z.int(), clients: z.int() })
      .meta({ description: 'what is kept of requests; nothing 32 s after the last one' }),
  }),
);

const NOTHING = {
  port: null,
  registrations: [],
  calls: [],
  signalling: { dialogs: 0, servers: 0, clients: 0 },
};

export const sipRoutes = [
  defineRoute({
    method: 'GET',
    path: '/sip',
    summary: 'SIP: registrations and calls as they stand; registrations expire in wall time',
    answer: sipAnswer,
    run({ scope }) {
      const view = scope.server.sip(scope.simulation) ?? NOTHING;
      const registrations = view.registrations.map(({ expiresAt, ...rest }) => ({
        ...rest,
        ...times({ expiresAt }),
      }));
      return { ...view, registrations };
    },
  }),
];
