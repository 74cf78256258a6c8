import type { Module } from '../../sim/account/account.ts';

/** Of which calls a module has bodies; a record comes in three. */
export type Variant = 'outbound' | 'basic' | 'inbound';

/** The first one unless told otherwise. */
export const VARIANTS: Readonly<Record<Module, readonly [Variant, ...Variant[]]>> = {
  receiveCallRecord: ['outbound', 'basic', 'inbound'],
  receiveDialog: ['outbound', 'inbound'],
  receiveVoice: ['outbound', 'inbound'],
  getDialogContext: ['inbound'],
  getSemantics: ['outbound', 'inbound'],
};
