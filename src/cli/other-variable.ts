/** Variables that are no settings, and that users set or read. */
export const USERS_VARIABLES = {
  /** The file of settings. */
  config: 'YETA_SIM_CONFIG',
  /** What `exec` tells its command, beside the admin token; the verbs that ask a running simulator take the first. */
  url: 'YETA_SIM_URL',
  appKey: 'YETA_SIM_APP_KEY',
  appSecret: 'YETA_SIM_APP_SECRET',
  tokenUrl: 'YETA_SIM_TOKEN_URL',
} as const;

/** All variables of ours that are no settings. */
export const OTHER_VARIABLES = {
  ...USERS_VARIABLES,
  /** Where the process kills itself, for crash tests; only in a checkout. */
  failPoint: 'YETA_SIM_FAILPOINT',
  /** `bin/yeta-sim.mjs`: what was built is run, also in a checkout. */
  dist: 'YETA_SIM_DIST',
  /** Of the project's own tests. */
  full: 'YETA_SIM_FULL',
  runs: 'YETA_SIM_RUNS',
} as const;
