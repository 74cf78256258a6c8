import { hash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type { MiddlewareHandler } from 'hono';
import { ControlError } from './error.ts';

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Addresses that stand for every address of the machine. */
const ANY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/**
 * Lets in only what was sent to this server by its own name, and no writes of other sites' pages: a page in a
 * browser can reach a loopback port by a name of its own choice (DNS rebinding), or by a plain form.
 * @param hosts names and addresses of the server beside the loopback's
 */
export function guardHost(hosts: readonly string[]): MiddlewareHandler {
  const isOwn = (host: string) => isLoopback(host) || isListed(hosts, host);
  return async (c, next) => {
    // No browser leaves it out; requests in process have none.
    const host = c.req.header('host');
    if (host !== undefined && !isOwn(hostnameOf(`http://${host}`))) {
      throw new ControlError(
        'wrong-host',
        `Host: ${host} is not this server's own; a name by which it is known can be set with --allowed-hosts`,
      );
    }
    if (!READS.has(c.req.method))
      refuseOtherSites(c.req.header('sec-fetch-site'), c.req.header('origin'), isOwn);
    return next();
  };
}

/** Whether a request that becomes a connection is one of our own: any page may ask for one, and a browser would let it. */
export function isOwnUpgrade(
  headers: { readonly host?: string | undefined; readonly origin?: string | undefined },
  hosts: readonly string[],
): boolean {
  const isOwn = (host: string) => isLoopback(host) || isListed(hosts, host);
  const { host, origin } = headers;
  return (
    (host === undefined || isOwn(hostnameOf(`http://${host}`))) &&
    (origin === undefined || isOwn(hostnameOf(origin)))
  );
}

function refuseOtherSites(
  site: string | undefined,
  origin: string | undefined,
  isOwn: (host: string) => boolean,
): void {
  if (site === 'cross-site') throw new ControlError('cross-site', 'a write by a page of another site');
  if (origin !== undefined && !isOwn(hostnameOf(origin))) {
    throw new ControlError('cross-site', `a write by a page of ${origin}`);
  }
}

/** The name without its port, in lower case and without brackets; empty if there is none. */
function hostnameOf(url: string): string {
  // A host and nothing else: what the parser takes for a user or a path is no part of one.
  if (!/^https?:\/\/[^/?#@\\]+$/i.test(url)) return '';
  const name = URL.parse(url)?.hostname ?? '';
  return name.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

/** Browsers look up no name that ends in `localhost`. */
function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '::1' ||
    (isIP(host) === 4 && host.startsWith('127.'))
  );
}

function isListed(hosts: readonly string[], host: string): boolean {
  if (host === '') return false;
  // An address needs no name server, so nobody can have made it up.
  if (isIP(host) !== 0 && hosts.some((own) => ANY_ADDRESS.has(own))) return true;
  return hosts.some((own) => own.toLowerCase() === host);
}

/** Asks for the admin token; its comparison takes the same time for every wrong one. */
export function guardToken(adminToken: string): MiddlewareHandler {
  const expected = hash('sha256', adminToken, 'buffer');
  return async (c, next) => {
    const [, sent = ''] = /^Bearer +(.+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
    if (!timingSafeEqual(hash('sha256', sent.trim(), 'buffer'), expected)) {
      throw new ControlError('unauthorized', 'expected the admin token as Authorization: Bearer <token>');
    }
    return next();
  };
}
