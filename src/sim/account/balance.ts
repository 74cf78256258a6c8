import type { World } from '../world.ts';
import type { Enterprise } from './account.ts';

/** Nothing can be dialled on a balance of 0 or less; null = unlimited (spec 1.3). */
export function isUsedUp(enterprise: Enterprise): boolean {
  return enterprise.balance !== null && enterprise.balance <= 0;
}

/** Takes the started minutes of an answered call, at its hang-up (spec 2.3). */
export function chargeCall(world: World, businessId: string, talkMs: number): void {
  const enterprise = world.accounts.enterprise(businessId);
  if (enterprise === undefined || enterprise.balance === null) return;
  const minutes = Math.max(1, Math.ceil(talkMs / 60_000));
  world.accounts.setEnterprise(enterprise, { balance: Math.max(0, enterprise.balance - minutes) });
}
