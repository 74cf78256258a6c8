import { ConfigurationError } from '../sim/configuration-error.ts';
import type { Verb } from './verb.ts';

/** Every verb by its name; each is loaded when it is asked for. The first one needs no name. */
const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  start: async () => (await import('./start.ts')).startVerb,
  exec: async () => (await import('./exec/exec.ts')).execVerb,
  demo: async () => (await import('./demo/demo.ts')).demoVerb,
  init: async () => (await import('./init.ts')).initVerb,
  validate: async () => (await import('./validate.ts')).validateVerb,
  listen: async () => (await import('./listen/listen.ts')).listenVerb,
  probe: async () => (await import('./probe/probe.ts')).probeVerb,
  trigger: async () => (await import('./trigger/trigger.ts')).triggerVerb,
  clock: async () => (await import('./clock.ts')).clockVerb,
  tls: async () => (await import('./tls/tls.ts')).tlsVerb,
  readyz: async () => (await import('./readyz.ts')).readyzVerb,
};

/** In the order in which they are shown. */
export function loadVerbs(): Promise<Verb[]> {
  return Promise.all(Object.values(VERBS).map((load) => load()));
}

/** @throws ConfigurationError if there is no such verb */
export function loadVerb(name: string): Promise<Verb> {
  const load = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (load !== undefined) return load();
  const expected = `one of ${Object.keys(VERBS).join(', ')}; see yeta-sim --help`;
  throw new ConfigurationError([{ place: 'verb', found: `"${name}"`, expected }]);
}
