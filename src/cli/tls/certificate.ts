import { hash, KeyObject, randomBytes, type webcrypto, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { BitString, Integer, OctetString, Utf8String } from 'asn1js';
import {
  AltName,
  AttributeTypeAndValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  Extension,
  ExtKeyUsage,
  GeneralName,
  GeneralSubtree,
  id_AuthorityKeyIdentifier,
  id_BasicConstraints,
  id_ExtKeyUsage,
  id_KeyUsage,
  id_NameConstraints,
  id_SubjectAltName,
  id_SubjectKeyIdentifier,
  NameConstraints,
} from 'pkijs';
import { maskOf, PRIVATE_NAMES, PRIVATE_NETWORKS, readAddress } from './name.ts';

/** A certificate with its key. */
export interface Issued {
  readonly certificate: X509Certificate;
  readonly key: CryptoKey;
}

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const COMMON_NAME = '2.5.4.3';
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

/** Bits of KeyUsage (RFC 5280 4.2.1.3), with the count of those that are unused. */
const SIGNS_CERTIFICATES = [1, 0b0000_0110];
const SIGNS = [7, 0b1000_0000];

const DAY_MS = 86_400_000;
/** Ten years: it has to be trusted by hand. */
const CA_DAYS = 3650;
/** What browsers accept at most is 398. */
const LEAF_DAYS = 397;
/** For clocks of other machines that are behind. */
const BACKDATED_MS = 3_600_000;

/** An authority that may sign for servers with these names, and for names that mean nobody on the Internet. */
export async function issueAuthority(names: readonly string[], now: Date): Promise<Issued> {
  const keys = await makeKeys();
  const certificate = draft(new Date(now.getTime() + CA_DAYS * DAY_MS), now);
  // Told apart in the list of a browser, and after a new one was made.
  const name = describe(`yeta-sim CA ${now.toISOString().slice(0, 10)} ${randomBytes(3).toString('hex')}`);
  certificate.subject.typesAndValues = name;
  certificate.issuer.typesAndValues = name;
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey);
  certificate.extensions = [
    extension(id_BasicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }), true),
    keyUsage(SIGNS_CERTIFICATES),
    extension(id_NameConstraints, new NameConstraints({ permittedSubtrees: permit(names) }), true),
    subjectKey(certificate),
  ];
  return sign(certificate, keys.privateKey, keys.privateKey);
}

/** The certificate of a server, which ends with its authority at the latest. */
export async function issueLeaf(authority: Issued, names: readonly string[], now: Date): Promise<Issued> {
  const keys = await makeKeys();
  const ca = Certificate.fromBER(authority.certificate.raw);
  const end = Math.min(now.getTime() + LEAF_DAYS * DAY_MS - BACKDATED_MS, ca.notAfter.value.getTime());
  const certificate = draft(new Date(end), now);
  certificate.subject.typesAndValues = describe(names.find((name) => isIP(name) === 0) ?? 'yeta-sim');
  certificate.issuer = ca.subject;
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey);
  certificate.extensions = [
    extension(id_BasicConstraints, new BasicConstraints({}), true),
    keyUsage(SIGNS),
    extension(id_ExtKeyUsage, new ExtKeyUsage({ keyPurposes: [SERVER_AUTH] })),
    extension(id_SubjectAltName, new AltName({ altNames: names.map(writeName) })),
    subjectKey(certificate),
    extension(id_AuthorityKeyIdentifier, new AuthorityKeyIdentifier({ keyIdentifier: keyIdentifier(ca) })),
  ];
  return sign(certificate, authority.key, keys.privateKey);
}

/** Whether an authority may sign for this name; one without constraints may for all. */
export function mayIssue(authority: X509Certificate, name: string): boolean {
  const found = Certificate.fromBER(authority.raw).extensions?.find(
    ({ extnID }) => extnID === id_NameConstraints,
  );
  if (found === undefined) return true;
  const { permittedSubtrees = [] } = found.parsedValue as NameConstraints;
  return permittedSubtrees.some(({ base }) => covers(base, name));
}

function covers({ type, value }: GeneralName, name: string): boolean {
  if (type === DNS_NAME) {
    const host = name.replace(/^\*\./, '');
    return isIP(name) === 0 && (host === value || host.endsWith(`.${value}`));
  }
  if (type !== IP_ADDRESS || isIP(name) === 0) return false;
  const range = (value as OctetString).valueBlock.valueHexView;
  const address = readAddress(name);
  if (range.length !== 2 * address.length) return false;
  return address.every((byte, i) => (byte & (range[address.length + i] ?? 0)) === range[i]);
}

/** Kinds of GeneralName (RFC 5280 4.2.1.6). */
const DNS_NAME = 2;
const IP_ADDRESS = 7;

function writeName(name: string): GeneralName {
  return isIP(name) === 0
    ? new GeneralName({ type: DNS_NAME, value: name })
    : new GeneralName({ type: IP_ADDRESS, value: new OctetString({ valueHex: readAddress(name).buffer }) });
}

/** Private names, and what of the others is not among them. */
function permit(names: readonly string[]): GeneralSubtree[] {
  const permitted = [
    ...PRIVATE_NAMES.map(writeName),
    ...PRIVATE_NETWORKS.map(({ address, bits }) => writeNetwork(address, bits)),
  ];
  const own = names
    .map((name) => name.replace(/^\*\./, ''))
    .filter((name) => !permitted.some((base) => covers(base, name)))
    .map((name) => (isIP(name) === 0 ? writeName(name) : writeNetwork(name, 128)));
  return [...permitted, ...own].map((base) => new GeneralSubtree({ base }));
}

function writeNetwork(address: string, bits: number): GeneralName {
  const bytes = readAddress(address);
  const valueHex = Uint8Array.of(...bytes, ...maskOf(bits, bytes.length)).buffer;
  return new GeneralName({ type: IP_ADDRESS, value: new OctetString({ valueHex }) });
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']);
}

/** The key of a certificate that was made here. @throws Error if it is another kind of key */
export function importKey(key: KeyObject): CryptoKey {
  return key.toCryptoKey(ECDSA, true, ['sign']);
}

export function exportKey(key: CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString();
}

function draft(notAfter: Date, now: Date): Certificate {
  const serial = randomBytes(16);
  // Positive, and never shorter.
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const certificate = new Certificate({
    version: 2,
    serialNumber: new Integer({ valueHex: Uint8Array.from(serial).buffer }),
  });
  certificate.notBefore.value = new Date(now.getTime() - BACKDATED_MS);
  certificate.notAfter.value = notAfter;
  return certificate;
}

function describe(commonName: string): AttributeTypeAndValue[] {
  return [new AttributeTypeAndValue({ type: COMMON_NAME, value: new Utf8String({ value: commonName }) })];
}

function extension(
  extnID: string,
  content: { toSchema(): { toBER(): ArrayBuffer } },
  critical = false,
): Extension {
  return new Extension({ extnID, critical, extnValue: content.toSchema().toBER() });
}

function keyUsage([unusedBits = 0, bits = 0]: readonly number[]): Extension {
  const content = new BitString({ unusedBits, valueHex: Uint8Array.of(bits).buffer });
  return new Extension({ extnID: id_KeyUsage, critical: true, extnValue: content.toBER() });
}

function subjectKey(certificate: Certificate): Extension {
  return new Extension({ extnID: id_SubjectKeyIdentifier, extnValue: keyIdentifier(certificate).toBER() });
}

/** By the first method of RFC 5280 4.2.1.2. */
function keyIdentifier({ subjectPublicKeyInfo }: Certificate): OctetString {
  const bits = subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView;
  return new OctetString({ valueHex: Uint8Array.from(hash('sha1', bits, 'buffer')).buffer });
}

async function sign(certificate: Certificate, signer: CryptoKey, own: CryptoKey): Promise<Issued> {
  await certificate.sign(signer, 'SHA-256');
  const raw = Buffer.from(certificate.toSchema(true).toBER());
  return { certificate: new X509Certificate(raw), key: own };
}
