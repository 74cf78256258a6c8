import type { World } from '../world.ts';
import type { Enterprise } from './account.ts';

/** Changes an enterprise; what it could not dial before is looked at again. @param change balance in minutes, null = unlimited */
export function changeEnterprise(
  world: World,
  enterprise: Enterprise,
  change: { readonly enabled?: boolean | undefined; readonly balance?: number | null | undefined },
): void {
  world.accounts.setEnterprise(enterprise, change);
  for (const line of world.accounts.lines(enterprise.id)) {
    const state = world.lines.get(line.lineNum);
    if (state !== undefined) world.scheduleDial(state, world.now);
  }
}
