/** Where a server listens, as a client on this machine writes it behind `http://`. */
export function authorityOf({ host, port }: { readonly host: string; readonly port: number }): string {
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `${shown}:${port}`;
}
