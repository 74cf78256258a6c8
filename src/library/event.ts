import type { Call } from './call.ts';
import { type EventBlock, EventParser } from './event-parser.ts';
import type { PushModule } from './push.ts';
import type { PlatformRequest } from './request.ts';

/** The call that an event is about. */
export interface EventCall {
  readonly callUuid: string;
  readonly direction: Call['direction'];
  readonly caller: string;
  readonly callee: string;
  readonly lineNum: string;
  readonly robotId: string;
  readonly taskId: string | null;
  readonly taskDataId: string | null;
  readonly callRelationId: string | null;
}

/** The push or pull that an event is about. */
export interface EventPush<Module extends string> extends EventCall {
  readonly id: string;
  readonly module: Module;
  readonly variant: string;
  /** Null: none is set. */
  readonly url: string | null;
}

export interface EventAttempt<Module extends string> extends EventPush<Module> {
  /** Counts from 1, anew for a push that is sent again. */
  readonly number: number;
  /** Simulated instant of its start. */
  readonly startedAt: string;
  readonly startedAtMs: number;
  /** Wall ms. */
  readonly tookMs: number;
  readonly status: number | null;
  /** The answer's start. */
  readonly answer: string | null;
  /** Why it does not count; null: it does. */
  readonly error: string | null;
  /** JSON, as it was sent; cut at 16 KiB, marked. */
  readonly body: string;
}

/** Everything that is told, by its name. */
export interface EventData {
  readonly 'task.created': { readonly taskId: string; readonly name: string };
  /** Rows were submitted. */
  readonly 'task.rows': { readonly taskId: string; readonly count: number };
  readonly 'task.status': {
    readonly taskId: string;
    readonly from: number;
    readonly to: number;
    readonly cause: string;
  };
  readonly 'task.deleted': { readonly taskId: string };
  readonly 'call.dialed': EventCall;
  readonly 'call.received': EventCall;
  readonly 'call.ringing': EventCall;
  readonly 'call.answered': EventCall;
  readonly 'call.ended': EventCall & { readonly result: string | null };
  readonly 'push.owed': EventPush<PushModule> & { readonly dueAt: string; readonly dueAtMs: number };
  readonly 'push.no-url': EventPush<PushModule>;
  readonly 'push.attempt': EventAttempt<PushModule> & {
    /** What the push is after it. */
    readonly state: 'owed' | 'delivered' | 'failed';
    /** Of the next attempt; null: there is none. */
    readonly dueAt: string | null;
    readonly dueAtMs: number | null;
  };
  readonly 'pull.attempt': EventAttempt<'getDialogContext' | 'getSemantics'>;
  /** A failure file can be downloaded. */
  readonly 'push-file.closed': {
    readonly businessId: string;
    readonly day: string;
    readonly path: string;
    readonly lines: number;
  };
  /** A call to the platform was answered. */
  readonly request: Omit<PlatformRequest, 'at' | 'atMs'>;
  readonly 'clock.changed': { readonly mode: 'real' | 'manual' | 'scaled'; readonly speed: number };
  readonly reset: { readonly seed: number };
  /** A snapshot was put. */
  readonly restored: { readonly seed: number };
  /** Events of every kind that are gone before this reader came to them; null: nobody knows how many. */
  readonly gap: { readonly lost: number | null };
}

export type EventName = keyof EventData;

/** Something that happened; `event` says what, and what else it has. */
export type SimulatorEvent<Name extends EventName = EventName> = {
  readonly [Each in Name]: EventData[Each] & {
    readonly event: Each;
    /** Instant of the simulator's clock. */
    readonly at: string;
    readonly atMs: number;
    /** What a stream can go on after. */
    readonly eventId: string;
  };
}[Name];

/** Which events; all of them unless said otherwise. */
export interface EventFilter<Name extends EventName = EventName> {
  readonly event?: readonly Name[] | undefined;
  /** `eventId` of the last one that was seen; default: what happens from now on. */
  readonly after?: string | undefined;
}

/**
 * Events as they happen, to be read with `for await`; leaving the loop ends it, so does the end of the simulator.
 * Whoever reads too slowly gets a `gap`: 10,000 events are kept (2,000 in a universe).
 */
export class EventStream<Name extends EventName = EventName>
  implements AsyncIterableIterator<SimulatorEvent<Name>>, AsyncDisposable
{
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #parser = new EventParser();
  #blocks: EventBlock[] = [];

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
  }

  async next(): Promise<IteratorResult<SimulatorEvent<Name>, undefined>> {
    for (;;) {
      const block = this.#blocks.shift();
      if (block !== undefined) {
        const value = { ...JSON.parse(block.data), eventId: block.id } as SimulatorEvent<Name>;
        return { done: false, value };
      }
      const { done, value } = await this.#reader.read();
      if (done) return { done, value: undefined };
      this.#blocks = this.#parser.push(value);
    }
  }

  /** Ends it. */
  async return(): Promise<IteratorResult<SimulatorEvent<Name>, undefined>> {
    this.#blocks = [];
    await this.#reader.cancel();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
