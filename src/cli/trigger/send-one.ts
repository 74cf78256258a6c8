import { loadFixtures } from '../../load-fixtures.ts';
import type { Module } from '../../sim/account/account.ts';
import { changeBody } from '../sample/change-body.ts';
import { ENDED_AGO_MS, makeCall, type SampleBody } from '../sample/make-call.ts';
import { judgeAnswer, openSender, TIMEOUT_MS } from '../sample/send.ts';
import { VerbFailure } from '../verb.ts';
import type { Variant } from './variant.ts';

export interface OneWish {
  readonly module: Module;
  readonly variant: Variant;
  readonly url: string;
  readonly seed: number;
  /** `k=v` each. */
  readonly changes: readonly string[];
  readonly number: string;
  readonly robotId: string | null;
  /** Null: the built-in ones. */
  readonly fixturesFile: string | null;
}

/** What was sent, and what came of it. */
export interface Sent {
  readonly delivered: boolean;
  /** Why it does not count; null: it does. */
  readonly error: string | null;
  readonly module: Module;
  readonly variant: Variant;
  readonly url: string;
  /** Of the call that was made: `--seed` makes it again. */
  readonly seed: number;
  /** To the byte. */
  readonly sent: string;
  /** `status` and `text` are null if none came; wall ms. */
  readonly answer: { readonly status: number | null; readonly tookMs: number; readonly text: string | null };
}

/** Makes a call, and sends one of the bodies that it owes. @throws VerbFailure, ConfigurationError */
export async function sendOne(wish: OneWish): Promise<Sent> {
  const { module, variant, url } = wish;
  const { body, seed } = await findBody(wish);
  const sent = changeBody(body, wish.changes);
  const sender = openSender();
  try {
    const outcome = await sender.attempt({ url, body: sent, timeoutMs: TIMEOUT_MS });
    const error = judgeAnswer(module, outcome);
    const { status, tookMs, answer: text } = outcome;
    return {
      delivered: error === null,
      error,
      module,
      variant,
      url,
      seed,
      sent,
      answer: { status, tookMs, text },
    };
  } finally {
    await sender.close();
  }
}

/** Not every call comes to a place where the robot asks outside; so many are tried. */
const MOST_CALLS = 20;

async function findBody(wish: OneWish): Promise<{ body: string; seed: number }> {
  const { module, variant, number, robotId, fixturesFile } = wish;
  const fixtures = await loadFixtures(fixturesFile ?? undefined);
  const direction = variant === 'inbound' ? 'inbound' : 'outbound';
  const asksOutside = module === 'getSemantics';
  const calls = asksOutside ? MOST_CALLS : 1;
  for (let seed = wish.seed; seed < wish.seed + calls; seed++) {
    const endAt = Date.now() - ENDED_AGO_MS;
    const bodies = await makeCall({
      direction,
      fixtures,
      robotId,
      asksOutside,
      numbers: [number],
      endAt,
      seed,
    });
    const found = bodies.find((one) => isWanted(one, module, variant));
    if (found !== undefined) return { body: found.body, seed };
  }
  throw new VerbFailure(
    `a call of ${number}, ${direction}, brings no ${module}: call another number or robot`,
  );
}

function isWanted(one: SampleBody, module: Module, variant: Variant): boolean {
  return one.module === module && (module !== 'receiveCallRecord' || one.variant === variant);
}
