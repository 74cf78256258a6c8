import { z } from 'zod';

/*
 * Schemas of answers, for the documents and for tests: nothing is checked against them at run time, so they are made
 * only when somebody asks for them.
 */

/** A schema that is made once, when it is first asked for. */
export function schema<T extends z.ZodType>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** One with a name of its own in the documents. */
export function named<T extends z.ZodType>(id: string, make: () => T): () => T {
  return schema(() => make().meta({ id }));
}

const SHOWN_INSTANT = '2026-01-05T10:00:00.000+08:00';

const iso = () => z.string().meta({ format: 'date-time', description: `in Asia/Shanghai: ${SHOWN_INSTANT}` });
const ms = () => z.int().meta({ description: 'ms since 1970' });

/** What `times` writes of instants that are known. */
export function instants<Name extends string>(...names: Name[]) {
  return shapeOf(names, iso, ms);
}

/** And of those that may be null. */
export function maybeInstants<Name extends string>(...names: Name[]) {
  return shapeOf(
    names,
    () => iso().nullable(),
    () => ms().nullable(),
  );
}

type Instants<Name extends string, Iso, Ms> = { [N in Name]: Iso } & { [N in Name as `${N}Ms`]: Ms };

function shapeOf<Name extends string, Iso, Ms>(
  names: readonly Name[],
  iso: () => Iso,
  ms: () => Ms,
): Instants<Name, Iso, Ms> {
  const pairs = names.flatMap((name) => [
    [name, iso()],
    [`${name}Ms`, ms()],
  ]);
  return Object.fromEntries(pairs) as Instants<Name, Iso, Ms>;
}

/** What every list answers. */
export function page<T extends z.ZodType>(item: () => T) {
  return schema(() =>
    z.object({
      items: z.array(item()).readonly(),
      next: z
        .string()
        .nullable()
        .meta({ description: '`after` of the next page; null: nothing stands behind this one' }),
      dropped: z
        .int()
        .meta({ description: 'items that are gone because there was no room, or their time was over' }),
    }),
  );
}

export const removed = named('Removed', () => z.object({ removed: z.int() }));

/** An answer that says nothing. */
export const done = schema(() => z.object({}));
