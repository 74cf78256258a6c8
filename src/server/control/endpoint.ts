import { z } from 'zod';
import { OPERATIONS, type Operation } from '../../sim/account/endpoint.ts';
import type { World } from '../../sim/world.ts';
import { named, page } from './http/answer.ts';
import { ControlError } from './http/error.ts';
import { object, oneOf } from './http/field.ts';
import { answerKeyedPage, keyedPageQuery } from './http/page.ts';
import { defineRoute } from './http/route.ts';
import { changeState, readState } from './http/state.ts';

const STATES = ['open', 'maintenance', 'disabled'] as const;

const endpointBody = object({ state: oneOf(STATES) });

const endpointAnswer = named('Endpoint', () => z.object({ name: z.enum(OPERATIONS), state: z.enum(STATES) }));

const endpointPage = page(endpointAnswer);

export const endpointRoutes = [
  defineRoute({
    method: 'GET',
    path: '/endpoints',
    summary: 'The operations of the platform and their states',
    query: keyedPageQuery,
    answer: endpointPage,
    run: ({ scope, query }) =>
      readState(scope.simulation, (world) =>
        answerKeyedPage(OPERATIONS, query, {
          keyOf: (name) => name,
          write: (name) => writeEndpoint(world, name),
        }),
      ),
  }),
  defineRoute({
    method: 'PUT',
    path: '/endpoints/:name{.+}',
    summary: 'Opens an operation, or lets it answer 10020 (maintenance) or 10021 (disabled)',
    body: endpointBody,
    example: { state: 'maintenance' },
    answer: endpointAnswer,
    run: ({ scope, params, body }) =>
      changeState(scope.simulation, (world) => {
        const name = OPERATIONS.find((operation) => operation === params.name);
        if (name === undefined) {
          throw new ControlError('not-found', `no operation ${params.name}: one of ${OPERATIONS.join(', ')}`);
        }
        world.accounts.setEndpointState(name, body.state);
        return writeEndpoint(world, name);
      }),
  }),
];

function writeEndpoint(world: World, name: Operation) {
  return { name, state: world.accounts.endpointState(name) };
}
