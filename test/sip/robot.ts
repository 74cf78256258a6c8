import type { Robot } from '../../src/sim/account/account.ts';
import type { Call } from '../../src/sim/call/call.ts';
import { dialogueOf } from '../../src/sim/call/dialogue-of.ts';
import type { Turn } from '../../src/sim/dialog/dialogue.ts';
import type { Script } from '../../src/sim/dialog/script.ts';
import { aHit, aNode, aScript, DEFAULT_FIXTURES, defaultRobot } from '../support/dialogue.ts';
import type { TestReceiver } from '../support/receiver.ts';
import type { StageOptions } from '../support/stage.ts';
import type { Phone } from './media/phone.ts';
import { Outgoing, type Peer } from './peer.ts';
import { type SipRig, until } from './rig.ts';

/** The headers that lead to the robot of `stageOf`. */
export const TO_900 = { 'X-robot-id': '900' };

/** A stage with a robot of the test's own, published as 900. */
export function stageOf(
  script: Script,
  options: { readonly type?: 1 | 2; readonly receiver?: TestReceiver } & StageOptions = {},
): StageOptions {
  const { type = 1, ...rest } = options;
  const robot: Robot = { ...defaultRobot('719'), robotId: '900', type, script };
  return { ...rest, fixtures: { robots: [...DEFAULT_FIXTURES.robots, robot], ...rest.fixtures } };
}

/** A menu of keys, a question, and an end; each text is as short as can be. */
export const MENU = aScript(
  aNode('menu', 'KeyNavigationNode', {
    text: '按',
    hits: [aHit('一', 'end', { keys: '1' }), aHit('二', 'ask', { keys: '2' })],
  }),
  aNode('ask', 'NormalNode', { text: '说', hits: [aHit('好', 'end'), aHit('不好', 'end', { weight: 0 })] }),
  aNode('end', 'EndNode', { text: '再' }),
);

/** Calls robot 900 and waits until it is answered; the phone is connected. */
export async function connect(
  rig: SipRig,
  phone: Phone,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ call: Outgoing; peer: Peer }> {
  const peer = await rig.peer();
  const call = Outgoing.start(peer, { body: phone.offer(), headers: { ...TO_900, ...headers } });
  const answer = await call.connect();
  phone.dial(Number(/m=audio (\d+)/.exec(answer.body)?.[1]));
  await reaches(rig, 'talking');
  return { call, peer };
}

/** Waits for the only call. */
export function reaches(rig: SipRig, wanted: Call['state']): Promise<Call> {
  return until(
    () => rig.call(),
    ({ state }) => state === wanted,
  );
}

/** Waits until the dialogue of the only call has come to a question. */
export async function waitsAt(rig: SipRig, nodeId: string): Promise<void> {
  await until(
    async () => {
      const call = await rig.call();
      return rig.read((world) => dialogueOf(world, call).stop);
    },
    (stop) => stop.kind === 'caller' && stop.nodeId === nodeId,
  );
}

export async function turnsOf(rig: SipRig): Promise<readonly Turn[]> {
  const call = await rig.call();
  return rig.read((world) => dialogueOf(world, call).turns);
}
