import { formatInstant } from '../../../sim/time/calendar.ts';

type Instants = Readonly<Record<string, number | null>>;

/** Each instant under its name as ISO 8601 with +08:00, and under `<name>Ms` in ms since 1970. */
export type Times<T extends Instants> = {
  [Name in keyof T]: T[Name] extends number ? string : string | null;
} & {
  [Name in keyof T & string as `${Name}Ms`]: T[Name];
};

export function times<T extends Instants>(instants: T): Times<T> {
  const pairs = Object.entries(instants).flatMap(([name, at]) => [
    [name, at === null ? null : formatInstant(at)],
    [`${name}Ms`, at],
  ]);
  return Object.fromEntries(pairs) as Times<T>;
}
