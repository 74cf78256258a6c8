import {
  LoggerFactory,
  Timers,
  type Transport,
  URI,
  UserAgentCore,
  type UserAgentCoreDelegate,
} from 'sip.js/lib/core/index.js';
import { type Flow, writeEndpoint } from '../../transport/flow.ts';
import { type Context, servedContext } from '../context.ts';
import { layTimers } from './timer.ts';

interface CoreOptions {
  readonly userAgent: string;
  /** What is answered where methods are asked for. */
  readonly allow: string;
  readonly delegate: UserAgentCoreDelegate;
}

/** sip.js's core: what it asks in the middle of its work is answered for the flow that is being served (`Context`). */
export function createCore({ userAgent, allow, delegate }: CoreOptions): UserAgentCore {
  const loggerFactory = new LoggerFactory();
  // Else every oddity of a peer goes to the console.
  loggerFactory.builtinEnabled = false;
  loggerFactory.level = 0;
  const transports = new WeakMap<Flow, Transport>();
  const transportAccessor = () => {
    const { flow } = servedContext();
    const transport = transports.get(flow) ?? transportOver(flow, allow);
    transports.set(flow, transport);
    return transport;
  };
  return new UserAgentCore(
    {
      get aor() {
        return anyUserOf(servedContext());
      },
      contact: {
        pubGruu: undefined,
        tempGruu: undefined,
        get uri() {
          return anyUserOf(servedContext());
        },
        toString: () => contactOf(servedContext()),
      },
      displayName: '',
      loggerFactory,
      hackViaTcp: false,
      routeSet: [],
      sipjsId: 'yeta-sim',
      supportedOptionTags: [],
      // An empty list would print an empty header into each answer.
      supportedOptionTagsResponse: undefined as unknown as string[],
      userAgentHeaderFieldValue: userAgent,
      viaForceRport: true,
      get viaHost() {
        return writeEndpoint(servedContext().flow.local);
      },
      authenticationFactory: () => undefined,
      transportAccessor,
    },
    delegate,
  );
}

/** Under which a peer reaches us in a call. */
export function contactOf({ flow, localUser }: Context): string {
  const user = localUser === '' ? '' : `${encodeURIComponent(localUser)}@`;
  const transport = flow.protocol === 'UDP' ? '' : `;transport=${flow.protocol.toLowerCase()}`;
  return `<sip:${user}${writeEndpoint(flow.local)}${transport}>`;
}

/** sip.js says of its own what it would take; what leaves says what we do. */
function transportOver(flow: Flow, allow: string): Transport {
  const send = (text: string) =>
    flow.send(
      text
        .replace(/\r\nAllow: [A-Z,]+\r\n/, `\r\nAllow: ${allow}\r\n`)
        .replace('\r\nSupported: \r\n', '\r\n'),
    );
  return { protocol: flow.protocol, send };
}

/** Every user is ours: sip.js compares this with the request line. */
function anyUserOf({ localUser }: Context): URI {
  return new URI('sip', localUser, 'localhost');
}

layTimers(Timers);
