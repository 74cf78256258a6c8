/** What sets the port of each protocol. */
const FLAGS = { HTTP: '--port', HTTPS: '--tls-port', SIP: '--sip-port' } as const;

interface ListenErrorOptions {
  readonly protocol: keyof typeof FLAGS;
  readonly port: number;
  readonly host: string;
  readonly cause: NodeJS.ErrnoException;
}

/** A port that cannot be listened on; the message names it. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code: string;
  readonly port: number;
  readonly flag: (typeof FLAGS)[keyof typeof FLAGS];

  constructor({ protocol, port, host, cause }: ListenErrorOptions) {
    const what = protocol === 'HTTP' ? '' : ` for ${protocol}`;
    super(`cannot listen on ${host}:${port}${what}: ${explain(cause)}`, { cause });
    this.code = cause.code ?? '';
    this.port = port;
    this.flag = FLAGS[protocol];
  }
}

function explain(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return 'the port is taken';
    case 'EACCES':
      return 'not permitted (ports below 1024 need rights of their own)';
    case 'EADDRNOTAVAIL':
      return 'this machine has no such address';
    case 'ENOTFOUND':
      return 'no such host';
    default:
      return error.message;
  }
}
