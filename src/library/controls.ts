import type { Simulation } from '../sim/simulation.ts';
import { AccountControl, type AppCredentials } from './account.ts';
import type { Ask, Send } from './ask.ts';
import type { Call, CallFilter, InboundCall } from './call.ts';
import { ClockControl, type ClockState } from './clock.ts';
import { CountedControl } from './counted.ts';
import { type EventFilter, type EventName, EventStream } from './event.ts';
import type { FaultControl } from './fault.ts';
import { Platform } from './platform.ts';
import type { Push, PushFile, PushFilter, ResendFilter } from './push.ts';
import { ReceiverControl } from './receiver.ts';
import type { Finding, PlatformRequest, RequestFilter } from './request.ts';
import type { RuleControl } from './rule.ts';
import type { SipState } from './sip.ts';
import type { Row, Task, TaskFilter } from './task.ts';
import type { Some, Waitable, WaitOptions } from './wait.ts';

/** State, version, clock, seed, ports and counts. */
export interface Health {
  readonly status: 'ready' | 'not-ready';
  /** Why it is not ready; null: it is. */
  readonly why: string | null;
  readonly version: string;
  readonly clock: ClockState;
  readonly seed: number;
  readonly ports: { readonly http: number | null; readonly tls: number | null; readonly sip: number | null };
  readonly counts: {
    readonly tasks: number;
    readonly liveCalls: number;
    /** Pushes that are owed. */
    readonly owed: number;
    readonly rules: number;
    readonly faults: number;
    /** In the journal of platform calls. */
    readonly requests: number;
    /** In the built-in receiver. */
    readonly received: number;
  };
}

/** A snapshot that was put. */
export interface Restored {
  /** That it was taken by. */
  readonly version: string;
  readonly seed: number;
  readonly clock: ClockState;
}

export interface ControlsOptions {
  readonly ask: Ask;
  readonly send: Send;
  /** Asked each time: fixtures may come with a snapshot. */
  readonly app: () => AppCredentials;
  readonly simulation: () => Simulation;
}

/**
 * What a program can do with a simulator: all that its control API can, with the API's own checks, in process.
 * Lists come whole, oldest first. Every method rejects with a `SimulatorError` for what the API says no to.
 */
export class Controls {
  readonly clock: ClockControl;
  readonly rules: RuleControl;
  readonly faults: FaultControl;
  readonly receiver: ReceiverControl;
  readonly accounts: AccountControl;
  readonly platform: Platform;
  readonly #ask: Ask;
  readonly #app: () => AppCredentials;

  constructor({ ask, send, app, simulation }: ControlsOptions) {
    this.#ask = ask;
    this.#app = app;
    this.clock = new ClockControl(ask, simulation);
    this.rules = new CountedControl(ask, '/rules');
    this.faults = new CountedControl(ask, '/faults');
    this.receiver = new ReceiverControl(ask);
    this.accounts = new AccountControl(ask);
    this.platform = new Platform({ send, app, accounts: this.accounts });
  }

  /** Of the first app of the fixtures: what the integrator's client is configured with. Empty texts if there is none. */
  get app(): AppCredentials {
    return this.#app();
  }

  health(): Promise<Health> {
    return this.#ask.get('/health');
  }

  /**
   * Back to the fixtures: state, rules, faults and journals are emptied, every draw begins anew.
   * @param seed default: the one that it was started with
   */
  async reset(seed?: number): Promise<void> {
    await this.#ask.post('/reset', { seed });
  }

  /** The whole state in one file, an SQLite database; the secrets of the fixtures are in it. */
  snapshot(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#ask.getBytes('/snapshot');
  }

  /**
   * Puts a snapshot in the place of all that is there: what follows is, byte for byte, what followed where it was
   * taken, if version and options are the same. Journals are emptied.
   * @throws SimulatorError `snapshot-invalid`, `snapshot-foreign`, `too-large`, `clock-busy`; nothing has changed then
   */
  restore(snapshot: Uint8Array<ArrayBuffer>): Promise<Restored> {
    return this.#ask.putBytes('/snapshot', snapshot);
  }

  /**
   * Waits until there are so many that match, on every clock; what is there already counts.
   * @throws SimulatorError `wait-timeout`, whose message and `details.instead` tell what did happen
   */
  async waitFor<Kind extends keyof Waitable>(
    what: Kind,
    where: Waitable[Kind]['where'] = {},
    options: WaitOptions = {},
  ): Promise<Some<Waitable[Kind]['item']>> {
    const { items } = await this.#ask.post<{ items: Some<Waitable[Kind]['item']> }>('/wait', {
      for: what,
      where,
      ...options,
    });
    return items;
  }

  /**
   * What happens, as it happens: `for await (const event of await sim.events())`. Resolves once it listens.
   * @throws SimulatorError `invalid-parameter`
   */
  async events<Name extends EventName = EventName>(
    which: EventFilter<Name> = {},
  ): Promise<EventStream<Name>> {
    const { event, after } = which;
    return new EventStream(await this.#ask.stream('/events', { event: event?.join(), after }));
  }

  /** The journal of calls to the platform: a ring of 10,000, of 2,000 in a universe. */
  requests(where: RequestFilter = {}): Promise<PlatformRequest[]> {
    return this.#ask.all('/requests', where);
  }

  /** What of the integrator's calls would hurt in production; the most frequent first. */
  findings(): Promise<Finding[]> {
    return this.#ask.all('/findings');
  }

  pushes(where: PushFilter = {}): Promise<Push[]> {
    return this.#ask.all('/pushes', where);
  }

  /** @throws SimulatorError `not-found` */
  push(id: string): Promise<Push> {
    return this.#ask.get(`/pushes/${encodeURIComponent(id)}`);
  }

  /** Owes a push once more, from now, with four attempts ahead of it. @throws SimulatorError `push-owed`, `push-being-filed`, `no-url` */
  resend(id: string): Promise<Push> {
    return this.#ask.post(`/pushes/${encodeURIComponent(id)}/resend`);
  }

  /** Owes settled pushes once more, from now. @returns how many */
  async resendAll(which: ResendFilter = {}): Promise<number> {
    return (await this.#ask.post<{ resent: number }>('/pushes/resend', which)).resent;
  }

  /**
   * Closes the failure files of all days up to now, today's too.
   * @returns them, once they can be downloaded
   * @throws SimulatorError `push-file-not-written`, for one: a full disk; it is tried again at the next close
   */
  async closePushFiles(): Promise<PushFile[]> {
    return (await this.#ask.post<{ files: PushFile[] }>('/push-files/close')).files;
  }

  calls(where: CallFilter = {}): Promise<Call[]> {
    return this.#ask.all('/calls', where);
  }

  /** @throws SimulatorError `not-found` */
  call(callUuid: string): Promise<Call> {
    return this.#ask.get(`/calls/${encodeURIComponent(callUuid)}`);
  }

  /** A call comes in, without SIP. @throws SimulatorError if the platform would not let it in */
  callIn(call: InboundCall): Promise<Call> {
    return this.#ask.post('/calls', call);
  }

  /** The customer hangs up, or declines the call that rings, at once. @throws SimulatorError `call-ended` */
  hangUp(callUuid: string): Promise<Call> {
    return this.#ask.post(`/calls/${encodeURIComponent(callUuid)}/hangup`);
  }

  /** Puts words into the mouth of the customer: its next answer. @throws SimulatorError `call-not-talking` */
  say(callUuid: string, text: string): Promise<Call> {
    return this.#ask.post(`/calls/${encodeURIComponent(callUuid)}/say`, { text });
  }

  /** Who is registered, and what calls stand, by SIP. */
  sip(): Promise<SipState> {
    return this.#ask.get('/sip');
  }

  /** Tasks of all enterprises, pools and deleted ones too. */
  tasks(where: TaskFilter = {}): Promise<Task[]> {
    return this.#ask.all('/tasks', where);
  }

  /** @throws SimulatorError `not-found` */
  task(taskId: string): Promise<Task> {
    return this.#ask.get(`/tasks/${encodeURIComponent(taskId)}`);
  }

  /** The rows of a task, with what each of them waits for. @throws SimulatorError `not-found` */
  rows(taskId: string, where: { readonly taskDataId?: string | undefined } = {}): Promise<Row[]> {
    return this.#ask.all(`/tasks/${encodeURIComponent(taskId)}/rows`, where);
  }

  /** A token of the platform that is valid now; a new one only if there is none. */
  token(): Promise<string> {
    return this.platform.token();
  }
}
