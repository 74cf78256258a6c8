import { createRing, cutBody, type RingPage, type RingQuery } from './ring.ts';

/** Something the built-in receiver got. */
interface Received {
  /** ms, on the clock the receiver was made with. */
  readonly at: number;
  readonly module: string;
  /** As it came; cut at 16 KiB, marked. */
  readonly body: string;
}

export interface Receiver {
  /** Keeps a push or pull and gives back the answer's body. */
  receive(module: string, bodyText: string): string;
  list(query?: RingQuery<Received>): RingPage<Received>;
  clear(): void;
  /** Items kept. */
  readonly count: number;
}

export interface ReceiverOptions {
  now(): number;
  /** Items kept, default 10,000. */
  readonly count?: number;
  /** Bytes kept, default 32 MiB. */
  readonly bytes?: number;
}

/** What a pull is answered with: the samples of seed 001, part 2 (doc), without the first one's `key1`. */
const PULL_ANSWERS: Readonly<Record<string, string>> = {
  getDialogContext: '{"姓名":"张三","性别":"男"}',
  getSemantics: '[{"key":"reportorRelation","type":"integer","value":8}]',
};

/** The integrator's side for whoever has none yet: answers every push with `success` and keeps what it got. */
export function createReceiver(options: ReceiverOptions): Receiver {
  const ring = createRing<Received>({
    count: options.count ?? 10_000,
    bytes: options.bytes ?? 32 * 1024 * 1024,
    sizeOf: ({ module, body }) => 64 + 2 * (module.length + body.length),
  });
  return {
    receive(module, bodyText) {
      ring.add({ at: options.now(), module, body: cutBody(bodyText) });
      return PULL_ANSWERS[module] ?? 'success';
    },
    list: (query) => ring.list(query),
    clear: () => ring.clear(),
    get count() {
      return ring.count;
    },
  };
}
