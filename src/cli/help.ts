import { flagOf, OPTIONS, variableOf } from './option.ts';

export function helpText(version: string): string {
  const rows = OPTIONS.map(({ key, value, help }) => `  ${`${flagOf(key)} ${value}`.padEnd(26)} ${help}`);
  return [
    `yeta-sim ${version}: a simulator of the Yeta telephone-robot platform`,
    '',
    'usage: yeta-sim [start] [options]',
    '       yeta-sim --help | --version',
    '',
    ...rows,
    `  ${'--config FILE'.padEnd(26)} everything else; yeta-sim.config.{yaml,json} is found by itself`,
    '',
    `Every option is also a variable (${variableOf('dataDir')}) and a key of the config file (dataDir);`,
    'a flag wins over a variable, a variable over the file. One address per module: YETA_SIM_URL_RECEIVEDIALOG …',
    '',
  ].join('\n');
}
