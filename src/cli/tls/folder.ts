import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TLS_FILES } from '../../config.ts';
import { ConfigurationError } from '../../sim/configuration-error.ts';
import { exportKey, type Issued, importKey, issueAuthority, issueLeaf, mayIssue } from './certificate.ts';
import { readAddress, STANDARD_NAMES, writeAddress } from './name.ts';

/** What is in a folder after `fillFolder`. */
export interface FilledFolder {
  readonly ca: X509Certificate;
  readonly leaf: X509Certificate;
  readonly names: readonly string[];
  /** What was made now: the rest was there, and is good for some time. */
  readonly made: readonly ('ca' | 'leaf')[];
}

export interface FillOptions {
  readonly folder: string;
  /** Of the leaf, beside the standard ones and those that it has. */
  readonly names: readonly string[];
  /** Everything anew. */
  readonly force: boolean;
  readonly now: Date;
}

/** What ends sooner is made anew. */
const RENEW_MS = 30 * 86_400_000;

/** A certificate authority and a server's certificate by it, as far as they are not there. @throws ConfigurationError */
export async function fillFolder(options: FillOptions): Promise<FilledFolder> {
  const { folder, force, now } = options;
  const lasts = (certificate: X509Certificate) =>
    certificate.validToDate.getTime() - now.getTime() >= RENEW_MS;
  const file = (name: keyof typeof TLS_FILES) => join(folder, TLS_FILES[name]);
  const oldCa = force ? null : readAuthority(file('ca'), file('caKey'));
  const isCaKept = oldCa !== null && lasts(oldCa.certificate);
  const oldLeaf = force ? null : readPair(file('cert'), file('key'));
  const had = oldLeaf === null ? [] : namesOf(oldLeaf.certificate);
  const names = [...new Set([...STANDARD_NAMES, ...had, ...options.names])];
  if (isCaKept) checkPermitted(oldCa.certificate, names, file('ca'));
  const ca = isCaKept ? oldCa : await issueAuthority(names, now);
  const isLeafKept =
    oldLeaf !== null &&
    lasts(oldLeaf.certificate) &&
    names.length === had.length &&
    oldLeaf.certificate.verify(ca.certificate.publicKey);
  const leaf = isLeafKept ? oldLeaf : await issueLeaf(ca, names, now);
  try {
    mkdirSync(folder, { recursive: true });
    // Nobody should find these keys in a repository.
    writeFileSync(join(folder, '.gitignore'), '*\n');
    if (!isCaKept) save({ issued: ca, certificateFile: file('ca'), keyFile: file('caKey') });
    if (!isLeafKept) save({ issued: leaf, certificateFile: file('cert'), keyFile: file('key') });
  } catch (error) {
    const found = (error as Error).message;
    throw new ConfigurationError([{ place: folder, found, expected: 'a folder that can be written' }]);
  }
  const made = [...(isCaKept ? [] : ['ca' as const]), ...(isLeafKept ? [] : ['leaf' as const])];
  return { ca: ca.certificate, leaf: leaf.certificate, names, made };
}

/** Null: there is none. @throws ConfigurationError if what is there is none that can be signed with */
function readAuthority(certificateFile: string, keyFile: string): Issued | null {
  if (!existsSync(certificateFile) && !existsSync(keyFile)) return null;
  const pair = readPair(certificateFile, keyFile);
  if (pair?.certificate.ca === true) return pair;
  const found = 'something else than a certificate authority and its key';
  const expected = `both as yeta-sim tls makes them, beside ${keyFile}; --force makes them anew`;
  throw new ConfigurationError([{ place: certificateFile, found, expected }]);
}

/** Null: there is none, or nothing that can be used. */
function readPair(certificateFile: string, keyFile: string): Issued | null {
  try {
    const certificate = new X509Certificate(readFileSync(certificateFile));
    const key = createPrivateKey(readFileSync(keyFile));
    return certificate.checkPrivateKey(key) ? { certificate, key: importKey(key) } : null;
  } catch {
    return null;
  }
}

function namesOf({ subjectAltName = '' }: X509Certificate): string[] {
  return subjectAltName
    .split(', ')
    .map((entry) =>
      entry.startsWith('IP Address:')
        ? writeAddress(readAddress(entry.slice('IP Address:'.length)))
        : entry.replace('DNS:', ''),
    );
}

function checkPermitted(ca: X509Certificate, names: readonly string[], place: string): void {
  const refused = names.filter((name) => !mayIssue(ca, name));
  if (refused.length === 0) return;
  const found = `an authority that may not sign for ${refused.join(', ')}`;
  const expected = 'one that may: --force makes it, and it has to be trusted anew';
  throw new ConfigurationError([{ place, found, expected }]);
}

/** The key first: a certificate without its key is made anew, a key without its certificate too. */
function save({
  issued,
  certificateFile,
  keyFile,
}: {
  readonly issued: Issued;
  readonly certificateFile: string;
  readonly keyFile: string;
}): void {
  write(keyFile, exportKey(issued.key), 0o600);
  write(certificateFile, issued.certificate.toString(), 0o644);
}

/** Whole or not at all; nobody reads a key before its mode is set. */
function write(file: string, text: string, mode: number): void {
  const draft = `${file}.${process.pid}`;
  rmSync(draft, { force: true });
  writeFileSync(draft, text, { mode, flag: 'wx' });
  chmodSync(draft, mode);
  renameSync(draft, file);
}
