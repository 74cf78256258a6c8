import { FIRST } from './0001-first.ts';
import { PHONE } from './0002-phone.ts';

/** In order; the schema's version is how many have run. */
export const MIGRATIONS: readonly string[] = [FIRST, PHONE];
