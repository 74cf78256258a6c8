import { Refusal } from '../refusal.ts';
import type { World } from '../world.ts';

/** The operations of the platform as the control API and faults name them (spec 5.2). */
export const OPERATIONS = [
  'token',
  'config/query',
  'task/callout',
  'task/create',
  'task/insert',
  'task/start',
  'task/pause',
  'task/delete',
  'task/query',
  'push/failed',
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** @throws Refusal endpoint-maintenance, endpoint-disabled */
export function checkEndpoint(world: World, operation: string): void {
  const state = world.accounts.endpointState(operation);
  if (state === 'maintenance') throw new Refusal('endpoint-maintenance', `${operation} is in maintenance`);
  if (state === 'disabled') throw new Refusal('endpoint-disabled', `${operation} is disabled`);
}
