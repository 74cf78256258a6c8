import type { Operation as OperationName } from '../../sim/account/endpoint.ts';
import type { Account } from '../../sim/account/token.ts';
import type { RefusalName } from '../../sim/refusal.ts';
import type { World } from '../../sim/world.ts';
import type { JsonSchema } from '../openapi/schema.ts';
import type { Result } from './envelope.ts';
import type { Fields, Input } from './input/field.ts';

/** What the published contract says of an operation: the platform's own words, and English beside them. */
interface OperationPage<F extends Fields = Fields> {
  readonly title: string;
  readonly text: string;
  /** What each field is; or that, and what its kind does not know of its schema. */
  readonly fields: { readonly [K in keyof F]: string | JsonSchema };
  /** Of `result` when the code is 0. */
  readonly result: JsonSchema;
  /** Why it is refused, beside the reasons that hold for every operation. */
  readonly refusals: readonly RefusalName[];
}

interface Described<F extends Fields> {
  /** As the control API, fault rules and the journal call it. */
  readonly name: OperationName;
  readonly path: string;
  /** A read is answered without a commit of its own. */
  readonly effect: 'read' | 'write';
  /** By their names on the wire. */
  readonly fields: F;
  readonly page: OperationPage<NoInfer<F>>;
}

/** An operation that anybody may call: the one that gives tokens out. */
interface OpenOperation<F extends Fields> extends Described<F> {
  readonly right: 'none';
  run(world: World, account: null, input: Input<F>): Result;
}

/** An operation for apps with a token: for all of them, or for those with the right to call out. */
interface AccountOperation<F extends Fields> extends Described<F> {
  readonly right: 'any' | 'outbound';
  run(world: World, account: Account, input: Input<F>): Result;
}

/** One operation of the platform: what it reads from a request, and what it does. */
export type Operation<F extends Fields = Fields> = OpenOperation<F> | AccountOperation<F>;

/** Lets the compiler know the input of `run` by the `fields` beside it. */
export function defineOperation<F extends Fields>(operation: OpenOperation<F>): Operation;
export function defineOperation<F extends Fields>(operation: AccountOperation<F>): Operation;
export function defineOperation(operation: Operation): Operation {
  return operation;
}
