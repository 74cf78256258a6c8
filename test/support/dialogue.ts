import { readFileSync } from 'node:fs';
import type { Fixtures, Robot } from '../../src/sim/account/account.ts';
import { readFixtures } from '../../src/sim/account/read-fixtures.ts';
import type { Dialogue, DialogueInput, OutsideInput, Turn } from '../../src/sim/dialog/dialogue.ts';
import { runDialogue } from '../../src/sim/dialog/run-dialogue.ts';
import type { Hit, NodeType, Script, ScriptNode } from '../../src/sim/dialog/script.ts';
import { deriveChance } from '../../src/sim/random.ts';

export const DEFAULT_TEXT = readFileSync(new URL('../../fixtures/default.yaml', import.meta.url), 'utf8');
export const DEFAULT_FIXTURES: Fixtures = readFixtures(DEFAULT_TEXT, 'fixtures/default.yaml');

/** What a row, or a pull, would fill the default robots' texts with. */
const CONTEXTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '719': { 客户手机号码: '13800000001', 姓名: '张先生' },
  '11': { 客户手机号码: '13800000001', 列2: '王女士', 列3: '周六上午八点' },
  '111111': { 客户手机号码: '13800000001', 姓名: '李芳', 性别: '女' },
  '4567': { 姓名: '张三', 性别: '男' },
};

export function defaultRobot(robotId: string): Robot {
  const robot = DEFAULT_FIXTURES.robots.find((one) => one.robotId === robotId);
  if (robot === undefined) throw new Error(`no robot ${robotId}`);
  return robot;
}

/** An ordinary simulated call of a default robot; `call` varies its chance. */
export function inputFor(robotId: string, call: number, rest: Partial<DialogueInput> = {}): DialogueInput {
  return inputWith(defaultRobot(robotId).script, call, { context: CONTEXTS[robotId] ?? {}, ...rest });
}

export function inputWith(script: Script, call: number, rest: Partial<DialogueInput> = {}): DialogueInput {
  return {
    script,
    chance: deriveChance(1, 'call', call),
    result: 0,
    wish: {},
    context: {},
    speed: 0,
    caller: 'simulated',
    outside: [],
    ...rest,
  };
}

/** Runs a dialogue to its end, answering every pull on the way. */
export function playToEnd(input: DialogueInput, tookMs = 250): Dialogue {
  let outside: readonly OutsideInput[] = input.outside;
  for (;;) {
    const dialogue = runDialogue({ ...input, outside });
    const { stop } = dialogue;
    if (stop.kind !== 'pull') return dialogue;
    outside = [...outside, { kind: 'semantics', atMs: stop.atMs, tookMs, values: { reportorRelation: '8' } }];
  }
}

/** Names of the hits that were taken, in order. */
export function hitsOf(dialogue: Dialogue): string[] {
  return dialogue.turns.flatMap((turn) => turn.hits?.filter((hit) => hit.pick).map((hit) => hit.hit) ?? []);
}

export function lastTagOf(dialogue: Dialogue): string | undefined {
  return dialogue.turns.findLast((turn) => turn.tag !== undefined)?.tag;
}

/** What must hold for the times of any dialogue; empty if it does. */
export function findTimeFaults({ turns, stop }: Dialogue): string[] {
  return turns.flatMap((turn, i) => {
    const before = turns[i - 1];
    return [
      ...fault(turn.seq === i + 1, `turn ${i} has seq ${turn.seq}`),
      ...fault(
        [turn.startMs, turn.endMs, turn.speakMs ?? 0].every(Number.isInteger),
        `turn ${i} has fractions`,
      ),
      ...fault(turn.startMs >= (before?.endMs ?? 0), `turn ${i} begins before the last one ended`),
      ...fault(turn.endMs >= turn.startMs, `turn ${i} ends before it begins`),
      ...fault(turn.endMs <= stop.atMs, `turn ${i} goes on after the end`),
      ...fault(isWithin(turn), `turn ${i} is spoken outside of itself`),
      ...fault(turn.role === 'customer' || turn.speakMs === undefined, `robot turn ${i} has a speaking time`),
      ...fault(
        (turn.role === 'customer') === (turn.hits !== undefined),
        `turn ${i} has hits on the wrong side`,
      ),
    ];
  });
}

function isWithin({ speakMs, startMs, endMs }: Turn): boolean {
  return speakMs === undefined || (speakMs >= startMs && speakMs <= endMs);
}

function fault(holds: boolean, text: string): string[] {
  return holds ? [] : [text];
}

/** A node of a test's own script. */
export function aNode(
  id: string,
  type: NodeType,
  rest: Partial<Omit<ScriptNode, 'id' | 'type'>> = {},
): ScriptNode {
  return { id, type, name: id, text: `这里是${id}的话术文字`, hits: [], ...rest };
}

export function aHit(hit: string, to: string, rest: Partial<Omit<Hit, 'hit' | 'to'>> = {}): Hit {
  return { hit, to, weight: 1, says: [`我说${hit}`], ...rest };
}

export function aScript(...nodes: readonly ScriptNode[]): Script {
  return { start: nodes[0]?.id ?? '', nodes };
}
