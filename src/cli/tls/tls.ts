import { join, resolve } from 'node:path';
import { TLS_FILES, TLS_FOLDER } from '../../config.ts';
import { readFlags } from '../flag.ts';
import { EXIT_USAGE, type Verb } from '../verb.ts';
import type { FilledFolder } from './folder.ts';
import { quote, type Trust, trustLines } from './trust.ts';

export const tlsVerb: Verb = {
  name: 'tls',
  usage: '[NAME…] [--dir DIR] [--force] [--json]',
  summary: 'makes certificates for --tls-port, and prints how clients come to trust them',
  flags: [
    { name: '--dir', value: 'DIR', help: `where they are kept (${TLS_FOLDER})` },
    { name: '--force', help: 'makes everything anew: the authority has to be trusted again' },
    { name: '--json', help: 'answers in JSON: {"made","names","ca","cert","key",…,"trust":[…]}' },
  ],
  notes: [
    'For www.xfyeta.com, localhost, 127.0.0.1, ::1 and every NAME, a host or an address by which clients reach it.',
    'What is there is kept while it is good for 30 days more: run it again at any time. The authority can sign for',
    'these names and for private ones (*.test, *.internal, 192.168.0.0/16 …), and for nobody else.',
  ],
  exits: [
    { code: 0, when: 'the certificates are there, made or kept' },
    {
      code: EXIT_USAGE,
      when: 'the command is wrong, a file is not of its making, or the folder cannot be written',
    },
  ],
  run: tls,
};

async function tls(args: readonly string[]): Promise<undefined> {
  const { flags, operands } = readFlags(args, tlsVerb.flags, 'a name');
  const { readName } = await import('./name.ts');
  const { fillFolder } = await import('./folder.ts');
  const folder = resolve(flags.get('--dir') ?? TLS_FOLDER);
  const filled = await fillFolder({
    folder,
    names: operands.map(readName),
    force: flags.has('--force'),
    now: new Date(),
  });
  const trust = trustLines(join(folder, TLS_FILES.ca), filled.ca.fingerprint256);
  process.stdout.write(
    flags.has('--json') ? writeJson(folder, filled, trust) : writeText(folder, filled, trust),
  );
}

function writeJson(folder: string, { ca, leaf, names, made }: FilledFolder, trust: readonly Trust[]): string {
  const report = {
    made,
    names,
    ca: join(folder, TLS_FILES.ca),
    cert: join(folder, TLS_FILES.cert),
    key: join(folder, TLS_FILES.key),
    caUntil: ca.validToDate.toISOString(),
    certUntil: leaf.validToDate.toISOString(),
    caFingerprint256: ca.fingerprint256,
    trust,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function writeText(folder: string, { ca, leaf, names, made }: FilledFolder, trust: readonly Trust[]): string {
  const state = (what: 'ca' | 'leaf') => (made.includes(what) ? 'made' : 'kept');
  const day = (date: Date) => date.toISOString().slice(0, 10);
  const start =
    folder === resolve(TLS_FOLDER)
      ? ''
      : ` --tls-cert ${quote(join(folder, TLS_FILES.cert))} --tls-key ${quote(join(folder, TLS_FILES.key))}`;
  const lines = [
    `authority    ${state('ca')}, until ${day(ca.validToDate)}   ${join(folder, TLS_FILES.ca)}`,
    `certificate  ${state('leaf')}, until ${day(leaf.validToDate)}   ${join(folder, TLS_FILES.cert)}`,
    `             for ${names.join(', ')}`,
    '',
    `Start with:  yeta-sim --tls-port 8443${start}`,
    '',
    'Make clients trust the authority. All variables but that of Node replace the usual authorities.',
    ...trust.flatMap(({ client, lines, tried }) => [
      '',
      `# ${client}${tried ? '' : ' (not tried)'}`,
      ...lines,
    ]),
    '',
    'Whoever has the key of the authority can stand in for these names before those who trust it: keep it to yourself.',
  ];
  return `${lines.join('\n')}\n`;
}
