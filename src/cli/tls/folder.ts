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

/**
 * A certificate authority and a server's certificate by it, as far as they are not there.
 * @throws ConfigurationError if other files are in their place, which are left alone unless forced
 */
export async function fillFolder(options: FillOptions): Promise<FilledFolder> {
  const { folder, force, now } = options;
  const lasts = ({ certificate }: Issued) => certificate.validToDate.getTime() - now.getTime() >= RENEW_MS;
  const caFiles = [join(folder, TLS_FILES.ca), join(folder, TLS_FILES.caKey)] as const;
  const leafFiles = [join(folder, TLS_FILES.cert), join(folder, TLS_FILES.key)] as const;
  const oldCa = force ? null : readPair(caFiles, (certificate) => certificate.ca);
  const isOfOldCa = (certificate: X509Certificate) =>
    oldCa !== null && certificate.verify(oldCa.certificate.publicKey);
  const oldLeaf = force ? null : readPair(leafFiles, isOfOldCa);
  const had = oldLeaf === null ? [] : namesOf(oldLeaf.certificate);
  const names = [...new Set([...STANDARD_NAMES, ...had, ...options.names])];

  const keptCa = oldCa !== null && lasts(oldCa) ? oldCa : null;
  if (keptCa !== null) checkPermitted(keptCa.certificate, names, caFiles[0]);
  const ca = keptCa ?? (await issueAuthority(names, now));
  const isEnough = (leaf: Issued) => keptCa !== null && lasts(leaf) && names.length === had.length;
  const keptLeaf = oldLeaf !== null && isEnough(oldLeaf) ? oldLeaf : null;
  const leaf = keptLeaf ?? (await issueLeaf(ca, names, now));
  try {
    makeFolder(folder);
    if (keptCa === null) save(ca, caFiles);
    if (keptLeaf === null) save(leaf, leafFiles);
  } catch (error) {
    const found = (error as Error).message;
    throw new ConfigurationError([{ place: folder, found, expected: 'a folder that can be written' }]);
  }
  return {
    ca: ca.certificate,
    leaf: leaf.certificate,
    names,
    made: [...(keptCa === null ? ['ca' as const] : []), ...(keptLeaf === null ? ['leaf' as const] : [])],
  };
}

/** A certificate and its key. */
type Files = readonly [certificate: string, key: string];

/** Null: neither is there. @throws ConfigurationError if what is there was not made here */
function readPair(files: Files, isOurs: (certificate: X509Certificate) => boolean): Issued | null {
  const [certificateFile, keyFile] = files;
  if (!files.some((file) => existsSync(file))) return null;
  try {
    const certificate = new X509Certificate(readFileSync(certificateFile));
    const key = createPrivateKey(readFileSync(keyFile));
    if (certificate.checkPrivateKey(key) && isOurs(certificate)) return { certificate, key: importKey(key) };
  } catch {
    // Lost, damaged or of another kind: all the same to whoever has to decide what becomes of them.
  }
  const found = `not what yeta-sim tls makes, or not with its key in ${keyFile}`;
  const expected = 'both or neither: remove them, or have everything made anew with --force';
  throw new ConfigurationError([{ place: certificateFile, found, expected }]);
}

/** Nobody should find these keys in a repository; a folder that was there has its own rules. */
function makeFolder(folder: string): void {
  const isNew = mkdirSync(folder, { recursive: true }) !== undefined;
  if (isNew) writeFileSync(join(folder, '.gitignore'), '*\n');
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

function save({ certificate, key }: Issued, [certificateFile, keyFile]: Files): void {
  write(keyFile, exportKey(key), 0o600);
  write(certificateFile, certificate.toString(), 0o644);
}

/** Whole or not at all; nobody reads a key before its mode is set. */
function write(file: string, text: string, mode: number): void {
  const draft = `${file}.${process.pid}`;
  rmSync(draft, { force: true });
  writeFileSync(draft, text, { mode, flag: 'wx' });
  chmodSync(draft, mode);
  renameSync(draft, file);
}
