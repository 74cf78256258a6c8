import { MODULES, type Module } from '../../sim/account/account.ts';
import { ConfigurationError, type Problem } from '../../sim/configuration-error.ts';
import { type Given, readFlags } from '../flag.ts';
import { readHttpUrl } from '../http-url.ts';
import { readSeed } from '../sample/seed.ts';
import { EXIT_FAILED, type Verb } from '../verb.ts';
import { VARIANTS, type Variant } from './variant.ts';

export const triggerVerb: Verb = {
  name: 'trigger',
  usage: `MODULE --url URL [--set FIELD=VALUE]… [FLAGS]`,
  summary: 'sends one realistic push or pull, now, and says what the receiver made of it',
  flags: [
    { name: '--url', value: 'URL', help: 'where to; {module} in it is replaced' },
    {
      name: '--set',
      value: 'FIELD=VALUE',
      help: 'overrides a field, such as dialog.0.text_man=好的; may come often',
    },
    {
      name: '--variant',
      value: 'KIND',
      help: 'outbound (the default where there is one), inbound, or basic',
    },
    {
      name: '--number',
      value: 'N',
      help: 'who is called, or calls (19900000001); magic numbers have their effect',
    },
    { name: '--robot', value: 'ID', help: 'who talks (the first published one that will do)' },
    { name: '--fixtures', value: 'FILE', help: 'YAML or JSON seed data (the built-in ones)' },
    { name: '--seed', value: 'N|random', help: 'the same call once more, with the same ids (random)' },
    {
      name: '--json',
      help: 'answers in JSON: {"delivered","error","module","variant","url","seed","sent","answer"}',
    },
  ],
  notes: [
    'MODULE is receiveCallRecord (--variant outbound, basic or inbound), receiveDialog or receiveVoice (outbound or',
    'inbound), or one of the pulls, getSemantics (outbound or inbound) and getDialogContext (inbound). A simulator of',
    'its own makes the call, which has just ended, and sends what it owes as it always does: 3 s, no redirects.',
    '--set FIELD=VALUE keeps a text a text, so that ids stay texts; FIELD:=VALUE takes JSON, such as duration_call:=null.',
  ],
  exits: [
    { code: 0, when: 'the answer had success in it, in time; of a pull: it was what the platform takes' },
    { code: EXIT_FAILED, when: 'it was not; or there is no such push with these fixtures' },
  ],
  run: trigger,
};

/** An ordinary call that is answered. */
const DEFAULT_NUMBER = '19900000001';

async function trigger(args: readonly string[]): Promise<number> {
  const given = readFlags(args, triggerVerb.flags, 'a module');
  const { module, variant } = readModule(given);
  const { flags } = given;
  const url = await readUrl(flags.get('--url'), module);
  const seed = readSeed(flags.get('--seed'));
  // Loaded only now: it is the whole simulator.
  const { sendOne } = await import('./send-one.ts');
  const { writeSent } = await import('./write-sent.ts');
  const sent = await sendOne({
    module,
    variant,
    url,
    seed,
    changes: given.all('--set'),
    number: flags.get('--number') ?? DEFAULT_NUMBER,
    robotId: flags.get('--robot') ?? null,
    fixturesFile: flags.get('--fixtures') ?? null,
  });
  process.stdout.write(flags.has('--json') ? `${JSON.stringify(sent)}\n` : writeSent(sent));
  return sent.delivered ? 0 : EXIT_FAILED;
}

/** @throws ConfigurationError */
function readModule({ flags, operands }: Given): { module: Module; variant: Variant } {
  const [name, ...more] = operands;
  const module = MODULES.find((one) => one === name);
  if (module === undefined || more.length > 0) {
    const found = operands.length === 0 ? 'no module' : `"${operands.join(' ')}"`;
    refuse({ place: 'yeta-sim trigger', found, expected: `one of ${MODULES.join(', ')}` });
  }
  const kinds = VARIANTS[module];
  const wish = flags.get('--variant') ?? kinds[0];
  const variant = kinds.find((kind) => kind === wish);
  if (variant === undefined)
    refuse({
      place: '--variant',
      found: `"${wish}"`,
      expected: `${kinds.join(' or ')}, as there is of ${module}`,
    });
  return { module, variant };
}

/** @throws ConfigurationError */
async function readUrl(text: string | undefined, module: Module): Promise<string> {
  const { nameModule } = await import('../../push-url.ts');
  const url = text === undefined ? null : readHttpUrl(nameModule(text, module));
  if (url !== null) return url.href;
  return refuse({
    place: '--url',
    found: text === undefined ? 'nothing' : `"${text}"`,
    expected: 'an address such as http://127.0.0.1:9000/yeta/receiveDialog',
  });
}

function refuse(problem: Problem): never {
  throw new ConfigurationError([problem]);
}
