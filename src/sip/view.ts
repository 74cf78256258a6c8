import type { Simulation } from '../sim/simulation.ts';
import type { SipFront } from './front.ts';
import { type Flow, writeEndpoint } from './transport/flow.ts';

const NOTHING = { dialogs: 0, servers: 0, clients: 0 };

/** Registrations and calls of a simulation, as they stand. */
export function viewSip({ server, port }: SipFront, simulation: Simulation) {
  const users = new Set(simulation.fixtures.sipAccounts.map(({ user }) => user));
  return {
    port,
    registrations: (server?.bindings() ?? [])
      .filter(({ user }) => users.has(user))
      .map(({ user, contact, flow, expiresAt, userAgent }) => ({
        user,
        contact,
        transport: transportOf(flow),
        source: writeEndpoint(flow.remote),
        /** Wall ms. */
        expiresAt,
        userAgent,
      })),
    calls: (server?.calls() ?? [])
      .filter((call) => call.simulation === simulation)
      .map(({ call, callId, parties: { direction, caller, callee, relationId }, flow, state }) => ({
        callUuid: call?.uuid ?? null,
        callId,
        direction,
        caller,
        callee,
        callRelationId: relationId,
        state,
        transport: transportOf(flow),
        source: writeEndpoint(flow.remote),
      })),
    signalling: server?.counts ?? NOTHING,
  };
}

function transportOf({ protocol }: Flow) {
  return protocol.toLowerCase() as Lowercase<Flow['protocol']>;
}
