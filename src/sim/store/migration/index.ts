import { FIRST } from './0001-first.ts';
import { PHONE } from './0002-phone.ts';
import { RULE } from './0003-rule.ts';

/** In order; the schema's version is how many have run. */
export const MIGRATIONS: readonly string[] = [FIRST, PHONE, RULE];
