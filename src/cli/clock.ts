import { SimulatorError } from '../library/ask.ts';
import type { Advanced, ClockState } from '../library/clock.ts';
import { ConfigurationError } from '../sim/configuration-error.ts';
import { CONNECT_FLAGS, connect } from './connect.ts';
import { type Given, readFlags } from './flag.ts';
import { EXIT_FAILED, EXIT_USAGE, type Verb } from './verb.ts';

export const clockVerb: Verb = {
  name: 'clock',
  usage: '[advance [TIME] | pause | run HOW] [FLAGS]',
  summary: 'reads, moves or changes the clock of a running simulator',
  flags: [
    { name: '--by', value: 'TIME', help: 'advance: so far, such as 10m, 250ms, 1h30m or 2d' },
    {
      name: '--to',
      value: 'ISO',
      help: 'advance: to this instant, such as 2026-01-06T09:00:00+08:00, or ms',
    },
    { name: '--until', value: 'idle', help: 'advance: until nothing is left to happen by itself' },
    { name: '--overlap', help: 'advance: time does not stand still while a push is under way' },
    ...CONNECT_FLAGS,
    { name: '--json', help: 'answers in JSON, as the control API does; errors too: {"error":{…}}' },
  ],
  notes: [
    'clock                says what time it is, and how it runs',
    'clock advance 10m    moves it on; ends when every call and push due by then has happened. The same as --by 10m',
    'clock pause          stops it: from now on it moves only when it is advanced',
    'clock run HOW        lets it run: real, or xN, such as x60 (a minute a second)',
  ],
  exits: [
    { code: 0, when: 'it is done' },
    {
      code: EXIT_FAILED,
      when: 'no simulator answers, or it cannot do it now: being advanced already, never idle',
    },
  ],
  run: clock,
};

/** What the control API is asked. */
type Question =
  | { readonly method: 'GET' }
  | { readonly method: 'PUT'; readonly body: object }
  | { readonly method: 'POST'; readonly body: object };

async function clock(args: readonly string[]): Promise<number | undefined> {
  const given = readFlags(args, clockVerb.flags, 'what to do');
  const question = readQuestion(given);
  const { ask } = await connect(given.flags);
  const isJson = given.flags.has('--json');
  try {
    if (question.method === 'POST') {
      const advanced = await ask.post<Advanced>('/clock/advance', question.body);
      return print(isJson ? JSON.stringify(advanced) : writeAdvanced(advanced));
    }
    const state =
      question.method === 'GET'
        ? await ask.get<ClockState>('/clock')
        : await ask.put<ClockState>('/clock', question.body);
    return print(isJson ? JSON.stringify(state) : writeState(state));
  } catch (error) {
    if (!(error instanceof SimulatorError)) throw error;
    const { code, message, details, status } = error;
    if (isJson) print(JSON.stringify({ error: { code, message, details } }));
    else process.stderr.write(`${message}\n`);
    return status === 400 ? EXIT_USAGE : EXIT_FAILED;
  }
}

/** @throws ConfigurationError */
function readQuestion({ flags, operands }: Given): Question {
  const [verb, operand, ...more] = operands;
  const moves = ['--by', '--to', '--until', '--overlap'].filter((name) => flags.has(name));
  if (verb !== 'advance' && moves.length > 0)
    refuse(moves[0] ?? '', 'no "advance" before it', 'yeta-sim clock advance, or none of its flags');
  switch (verb) {
    case undefined:
      return { method: 'GET' };
    case 'advance':
      if (more.length > 0) refuse('clock advance', operands.slice(1).join(' '), 'one time, such as 10m');
      return { method: 'POST', body: readTarget(flags, operand) };
    case 'pause':
      if (operand !== undefined) refuse('clock pause', `"${operand}"`, 'nothing behind it');
      return { method: 'PUT', body: { mode: 'manual' } };
    case 'run':
      if (operand === undefined || more.length > 0)
        refuse('clock run', operands.slice(1).join(' ') || 'nothing', 'real, manual or xN, such as x60');
      return { method: 'PUT', body: { mode: operand } };
    default:
      return refuse('clock', `"${verb}"`, 'advance, pause or run; without any it says what time it is');
  }
}

function readTarget(flags: ReadonlyMap<string, string>, operand: string | undefined): object {
  const by = operand ?? flags.get('--by');
  const [to, until] = [flags.get('--to'), flags.get('--until')];
  const ways = [operand, flags.get('--by'), to, until].filter((way) => way !== undefined);
  if (ways.length !== 1)
    refuse(
      'clock advance',
      ways.length === 0 ? 'nothing' : ways.join(' and '),
      'one of TIME, --by, --to and --until',
    );
  return {
    ...(by === undefined ? {} : { by }),
    ...(to === undefined ? {} : { to: /^\d+$/.test(to) ? Number(to) : to }),
    ...(until === undefined ? {} : { until }),
    ...(flags.has('--overlap') ? { overlap: true } : {}),
  };
}

function refuse(place: string, found: string, expected: string): never {
  throw new ConfigurationError([{ place, found, expected }]);
}

function writeState({ now, mode, speed, status }: ClockState): string {
  const how = {
    real: 'runs with the wall’s',
    manual: 'stands until it is advanced',
    scaled: `runs ${speed} times as fast as the wall’s`,
  };
  return `${now}  ${mode}: ${how[mode]}${status === 'advancing' ? '; being advanced' : ''}`;
}

function writeAdvanced({ from, to, events, pushes }: Advanced): string {
  const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;
  return `${from} → ${to}  ${count(events, 'event')}, ${count(pushes, 'attempt')} at pushes and pulls`;
}

function print(line: string): undefined {
  process.stdout.write(`${line}\n`);
}
