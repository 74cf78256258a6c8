import { universeIdIn, universeIdOfUser } from '../../sim/account/universe.ts';

/**
 * What comes in says one thing of where it belongs: a platform request its token or its `app_key`, an INVITE the
 * business id of its `X-business-id`, a recording the same as its `<n>`, a failure file as its first folder, a
 * REGISTER its user. Null: it says nothing.
 */
export type Belonging =
  | { readonly token: string | null }
  | { readonly appKey: unknown }
  | { readonly businessId: string | null }
  | { readonly sipUser: string };

/** The id of the only universe that this can belong to; null for an `app_key`, which is looked up whole. */
export function universeIdOf(by: Exclude<Belonging, { readonly appKey: unknown }>): string {
  if ('token' in by) return universeIdIn(by.token ?? '');
  if ('sipUser' in by) return universeIdOfUser(by.sipUser);
  return universeIdIn(by.businessId ?? '');
}
