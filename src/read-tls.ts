import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { type Settings, TLS_FILES, TLS_FOLDER } from './config.ts';
import { readText } from './load-fixtures.ts';
import { ConfigurationError } from './sim/configuration-error.ts';

/** What HTTPS is served with, in PEM. */
export interface Tls {
  readonly cert: string;
  readonly key: string;
}

const HINT = 'make one with: yeta-sim tls';

/** @param log told of a certificate that clients will refuse @throws ConfigurationError if they cannot be served with */
export function readTls(settings: Settings, log: (message: string, error: unknown) => void): Tls {
  const { tlsCert = join(TLS_FOLDER, TLS_FILES.cert), tlsKey = join(TLS_FOLDER, TLS_FILES.key) } = settings;
  if ((settings.tlsCert === undefined) !== (settings.tlsKey === undefined)) {
    const [place, other] = settings.tlsKey === undefined ? ['tlsKey', 'tlsCert'] : ['tlsCert', 'tlsKey'];
    throw new ConfigurationError([{ place, found: 'nothing', expected: `a file, as ${other} is given` }]);
  }
  const cert = readPem(tlsCert, `a certificate in PEM; ${HINT}`);
  const key = readPem(tlsKey, `its key in PEM; ${HINT}`);
  const certificate = parse(tlsCert, `a certificate in PEM; ${HINT}`, () => new X509Certificate(cert));
  const privateKey = parse<KeyObject>(tlsKey, `a key in PEM without a passphrase; ${HINT}`, () =>
    createPrivateKey(key),
  );
  if (!certificate.checkPrivateKey(privateKey)) {
    const expected = `the key of ${tlsCert}; both are made with: yeta-sim tls`;
    throw new ConfigurationError([{ place: tlsKey, found: 'the key of another certificate', expected }]);
  }
  if (certificate.validToDate < new Date())
    log(
      `${tlsCert} ended on ${certificate.validTo}: clients will refuse it; renew it with: yeta-sim tls`,
      null,
    );
  return { cert, key };
}

function readPem(file: string, expected: string): string {
  try {
    return readText(file);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError(error.problems.map((problem) => ({ ...problem, expected })));
  }
}

function parse<T>(place: string, expected: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ConfigurationError([{ place, found: (error as Error).message, expected }]);
  }
}
