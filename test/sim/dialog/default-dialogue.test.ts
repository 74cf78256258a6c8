import { describe, expect, it } from 'vitest';
import type { Dialogue } from '../../../src/sim/dialog/dialogue.ts';
import { NODE_TYPES } from '../../../src/sim/dialog/script.ts';
import {
  DEFAULT_FIXTURES,
  defaultRobot,
  findTimeFaults,
  hitsOf,
  inputFor,
  playToEnd,
} from '../../support/dialogue.ts';

const RICH = ['719', '11', '111111', '4567'];

/** A thousand calls as they come: most ordinary, some of each other answered result, inbound ones among them. */
const MIX = [0, 0, 0, 0, 0, 15, 16, 18, 19, null];

describe.each(RICH)('a thousand dialogues of robot %s', (robotId) => {
  const ordinary = Array.from({ length: 1000 }, (_, call) => playToEnd(inputFor(robotId, call)));
  const mixed = Array.from({ length: 1000 }, (_, call) =>
    playToEnd(inputFor(robotId, call, { result: MIX[call % MIX.length] ?? null })),
  );

  it('last 15 to 150 s if they are ordinary', () => {
    const times = ordinary.map((dialogue) => dialogue.stop.atMs);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(15_000);
    expect(Math.max(...times)).toBeLessThanOrEqual(150_000);
  });

  it('have times that fit each other', () => {
    expect([...ordinary, ...mixed].flatMap(findTimeFaults)).toEqual([]);
  });

  it('take every branch of the script, and every fall-back', () => {
    const { script } = defaultRobot(robotId);
    const taken = new Set([...ordinary, ...mixed].flatMap(edgesOf));
    const fallBacks = script.nodes.filter((node) => node.hits.length > 0 && node.next !== undefined);
    const missing = script.nodes.flatMap((node) => node.hits.map((hit) => `${node.name} ${hit.hit}`));
    expect(missing.filter((edge) => !taken.has(edge))).toEqual([]);
    expect(fallBacks.some((node) => taken.has(`${node.name} —`))).toBe(true);
  });

  it('pass every node', () => {
    const passed = new Set([...ordinary, ...mixed].flatMap(({ turns }) => turns.map((turn) => turn.nodeId)));
    expect(
      defaultRobot(robotId)
        .script.nodes.filter((node) => !passed.has(node.id))
        .map((node) => node.name),
    ).toEqual([]);
  });

  it('leave no placeholder', () => {
    const texts = [...ordinary, ...mixed].flatMap(({ turns }) =>
      turns.flatMap((turn) => [turn.textRobot, turn.textMan]),
    );
    expect(texts.filter((text) => text.includes('${') || text.includes('undefined'))).toEqual([]);
  });

  it('differ, the first hundred, in more than their times', () => {
    const words = ordinary.slice(0, 100).map(({ turns }) => JSON.stringify(turns));
    expect(new Set(words).size).toBe(100);
    const answers = ordinary.slice(0, 100).map(({ turns }) => turns.map((turn) => turn.textMan).join('|'));
    expect(new Set(answers).size).toBeGreaterThan(80);
  });

  it('have at least five different walks', () => {
    expect(new Set(ordinary.map((dialogue) => hitsOf(dialogue).join('>'))).size).toBeGreaterThan(20);
  });

  it('are the same when they are played again', () => {
    expect(playToEnd(inputFor(robotId, 7))).toEqual(ordinary[7]);
  });

  it('name the best and the worst tag that was passed', () => {
    for (const { turns, tagMax, tagMin } of [...ordinary, ...mixed]) {
      const tags = turns
        .flatMap((turn) => (turn.role === 'robot' && turn.tag !== undefined ? [turn.tag] : []))
        .sort();
      expect([tagMax, tagMin]).toEqual([tags[0], tags.at(-1)]);
    }
  });
});

/** `node hit` for each customer turn; `node —` where the walk went on without one. */
function edgesOf({ turns }: Dialogue): string[] {
  return turns.flatMap((turn, i) => {
    const taken = turn.hits?.find((hit) => hit.pick)?.hit;
    if (turn.role === 'robot') return [];
    const next = turns[i + 1];
    if (taken !== undefined) return [`${turn.nodeName} ${taken}`];
    return next !== undefined && next.nodeId !== turn.nodeId ? [`${turn.nodeName} —`] : [];
  });
}

describe('the default scripts', () => {
  it('use all eight node types between them', () => {
    const types = new Set(RICH.flatMap((id) => defaultRobot(id).script.nodes.map((node) => node.type)));
    expect([...types].sort()).toEqual([...NODE_TYPES].sort());
  });

  it('reach the tags A to F with the loan reminder', () => {
    const tags = Array.from({ length: 1000 }, (_, call) => playToEnd(inputFor('719', call)).tagMax);
    expect([...new Set(tags)].filter((tag) => tag !== undefined).sort()).toEqual([...'ABCDEF']);
  });

  it('say the name of the row', () => {
    expect(playToEnd(inputFor('719', 3)).turns[0]?.textRobot).toContain('张先生');
  });

  it('say what was pulled, in the follow-up', () => {
    const dialogue = playToEnd(inputFor('4567', 2));
    const texts = dialogue.turns.map((turn) => turn.textRobot).join('\n');
    expect(texts).toContain('给张三做一次高血压随访，登记的性别是男');
    expect(texts).toContain('报告人代码是8');
  });

  it('say an answer again where a text asks for it', () => {
    const dialogues = Array.from({ length: 50 }, (_, call) =>
      playToEnd(inputFor('719', call, { wish: { tag: 'B' } })),
    );
    const confirmed = dialogues.flatMap(({ turns }) =>
      turns.filter((turn) => turn.nodeName === '确认还款日期'),
    );
    expect(confirmed.length).toBeGreaterThan(10);
    for (const turn of confirmed) expect(turn.textRobot).toMatch(/(登记的是|登记).+还款/);
  });

  it('are linked into dialogues for every robot of the fixtures', () => {
    for (const { robotId } of DEFAULT_FIXTURES.robots) {
      expect(playToEnd(inputFor(robotId, 1)).turns.length).toBeGreaterThan(1);
    }
  });
});
