import { dirname, join } from 'node:path';

/** How clients of one kind are made to trust the authority. */
export interface Trust {
  readonly client: string;
  /** Lines of a shell, as they are. */
  readonly lines: readonly string[];
  /** Whether the lines were run by the project, against a simulator. */
  readonly tried: boolean;
}

/** @param ca the file, absolute @param fingerprint of what is in it, in hexadecimal */
export function trustLines(ca: string, fingerprint: string): Trust[] {
  const file = quote(ca);
  // In stores that hold many, the next authority is not taken for this one.
  const alias = `yeta-sim-${fingerprint.replaceAll(':', '').slice(0, 8).toLowerCase()}`;
  const store = quote(join(dirname(ca), 'trust.p12'));
  const java = `-Djavax.net.ssl.trustStore=${store} -Djavax.net.ssl.trustStorePassword=changeit`;
  const keytool = `keytool -importcert -noprompt -alias ${alias} -file ${file} -storepass changeit`;
  return [
    { client: 'curl', lines: [`export CURL_CA_BUNDLE=${file}`], tried: true },
    {
      client: 'Python: urllib and http.client; requests',
      lines: [`export SSL_CERT_FILE=${file}`, `export REQUESTS_CA_BUNDLE=${file}`],
      tried: true,
    },
    { client: 'Node', lines: [`export NODE_EXTRA_CA_CERTS=${file}`], tried: true },
    {
      client: 'Java, this JVM only',
      lines: [`${keytool} -keystore ${store} -storetype PKCS12`, `export JAVA_TOOL_OPTIONS=${quote(java)}`],
      tried: true,
    },
    { client: 'Java, the whole JDK', lines: [`sudo ${keytool} -cacerts`], tried: true },
    {
      client: 'PHP: streams, and curl',
      lines: [`php -d openssl.cafile=${file} -d curl.cainfo=${file} your.php`],
      tried: true,
    },
    {
      client: 'Debian, Ubuntu: the system',
      lines: [`sudo cp ${file} /usr/local/share/ca-certificates/yeta-sim.crt`, 'sudo update-ca-certificates'],
      tried: true,
    },
    { client: 'Fedora, RHEL: the system', lines: [`sudo trust anchor --store ${file}`], tried: false },
    {
      client: 'Chromium and Chrome on Linux (certutil is in libnss3-tools)',
      lines: [
        'mkdir -p "$HOME/.pki/nssdb"',
        `certutil -d "sql:$HOME/.pki/nssdb" -A -t C,, -n ${alias} -i ${file}`,
      ],
      tried: true,
    },
    {
      client: 'macOS: the system, Safari and Chrome',
      lines: [`sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain ${file}`],
      tried: false,
    },
    {
      client: 'Windows: the system, Edge and Chrome (as administrator)',
      lines: [`certutil -addstore -f Root ${file}`],
      tried: false,
    },
    {
      client: 'Firefox',
      lines: [`# Settings, Certificates, View Certificates, Authorities, Import: ${ca}`],
      tried: false,
    },
  ];
}

/** As one word of a shell. */
export function quote(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
