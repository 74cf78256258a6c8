import { addressBelow } from '../../push-url.ts';
import { MODULES, type Module } from '../../sim/account/account.ts';
import { ConfigurationError, type Problem } from '../../sim/configuration-error.ts';
import { readHttpUrl } from '../http-url.ts';

/** A receiver that is probed. */
export interface Target {
  /** As it was given. */
  readonly name: string;
  /** Where the pushes of a module go; a module that is not there has no address. */
  readonly urls: Readonly<Partial<Record<Module, string>>>;
}

const EXPECTED =
  'an address such as http://127.0.0.1:9000/yeta, or one of a module: receiveDialog=http://127.0.0.1:9000/dialog';

/** The modules that push; pulls are no part of the card. */
const PUSHED = MODULES.filter((module) => module.startsWith('receive'));

/**
 * The receivers that operands name. A url alone is taken as `--push-url` takes it: `{module}` is replaced, else
 * `/<module>` is appended. One that ends in a module's name, or stands behind `MODULE=`, is that module's and taken as
 * it is; all of these together are one receiver.
 * @throws ConfigurationError with all that are none
 */
export function readTargets(operands: readonly string[]): Target[] {
  const problems: Problem[] = [];
  const whole: Target[] = [];
  const single: Partial<Record<Module, string>> = {};
  for (const operand of operands) {
    const [, named, url = ''] = /^(?:(\w+)=)?(.*)$/s.exec(operand) ?? [];
    const module = PUSHED.find((one) => one === (named ?? lastSegment(url)));
    if (readHttpUrl(url) === null || (named !== undefined && module === undefined))
      problems.push({ place: 'yeta-sim probe', found: `"${operand}"`, expected: EXPECTED });
    else if (module !== undefined && single[module] !== undefined)
      problems.push({
        place: 'yeta-sim probe',
        found: `"${operand}", a second address of ${module}`,
        expected: 'one of each module; probe another receiver by itself',
      });
    else if (module !== undefined) single[module] = url;
    else
      whole.push({
        name: operand,
        urls: Object.fromEntries(PUSHED.map((one) => [one, addressBelow(url, one)])),
      });
  }
  if (operands.length === 0)
    problems.push({ place: 'yeta-sim probe', found: 'no address', expected: EXPECTED });
  if (problems.length > 0) throw new ConfigurationError(problems);
  const urls = Object.values(single);
  return urls.length === 0 ? whole : [...whole, { name: urls.join(' '), urls: single }];
}

function lastSegment(url: string): string {
  return URL.parse(url)?.pathname.split('/').at(-1) ?? '';
}
