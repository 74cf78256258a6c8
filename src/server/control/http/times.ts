import { formatInstant } from '../../../sim/time/calendar.ts';

/** Each instant twice: under its name as ISO 8601 with +08:00, and under `<name>Ms` as a number. */
export function times<Name extends string>(
  instants: Readonly<Record<Name, number | null>>,
): Record<Name | `${Name}Ms`, string | number | null> {
  const pairs = Object.entries<number | null>(instants).flatMap(([name, at]) => [
    [name, at === null ? null : formatInstant(at)],
    [`${name}Ms`, at],
  ]);
  return Object.fromEntries(pairs) as Record<Name | `${Name}Ms`, string | number | null>;
}
