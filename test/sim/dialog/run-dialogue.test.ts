import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeType, Script } from '../../../src/sim/dialog/script.ts';
import {
  aHit,
  aNode,
  aScript,
  findTimeFaults,
  hitsOf,
  inputFor,
  inputWith,
  lastTagOf,
  playToEnd,
} from '../../support/dialogue.ts';

const CALLS = Array.from({ length: 300 }, (_, call) => call);
const RICH = ['719', '11', '111111', '4567'];

describe.each(RICH)('by its result, a dialogue of robot %s', (robotId) => {
  it('is hung up by the customer early (15)', () => {
    const dialogues = CALLS.map((call) => playToEnd(inputFor(robotId, call, { result: 15 })));
    expect(dialogues.every(({ stop }) => stop.kind === 'end' && stop.by === 'customer')).toBe(true);
    const middle = dialogues.map(({ stop }) => stop.atMs).sort((a, b) => a - b)[150];
    expect(middle).toBeLessThan(15_000);
  });

  it('is cut off in the middle of a turn by the line (16)', () => {
    for (const call of CALLS) {
      const { turns, stop } = playToEnd(inputFor(robotId, call, { result: 16 }));
      expect(stop).toMatchObject({ kind: 'end', by: 'line' });
      expect(turns.at(-1)?.endMs).toBe(stop.atMs);
      expect(hitsOf({ turns: turns.slice(-1), stop, context: {} })).toEqual([]);
    }
  });

  it('has no word of the customer (18)', () => {
    for (const call of CALLS.slice(0, 50)) {
      const { turns } = playToEnd(inputFor(robotId, call, { result: 18 }));
      expect(turns.some((turn) => turn.role === 'customer')).toBe(true);
      expect(turns.map((turn) => turn.textMan).join('')).toBe('');
    }
  });

  it('comes to a wish for a human and goes no further with the robot (19)', () => {
    for (const call of CALLS) {
      const { turns, stop } = playToEnd(inputFor(robotId, call, { result: 19 }));
      const last = turns.findLast((turn) => turn.role === 'customer');
      expect(last?.textMan).toMatch(/人工|真人|前台|专员|领导|经理|客服|解释|转|找个人/);
      expect(stop).toMatchObject({ kind: 'end', by: turns.at(-1)?.role === 'robot' ? 'robot' : 'platform' });
    }
  });

  it('never asks for a human if it is an ordinary one, but may if nobody has decided (inbound)', () => {
    const askers = (result: number | null) =>
      CALLS.filter((call) =>
        playToEnd(inputFor(robotId, call, { result })).turns.some((turn) =>
          /^转(人工|接)/.test(turn.nodeName),
        ),
      ).length;
    expect(askers(0)).toBe(0);
    if (robotId !== '4567') expect(askers(null)).toBeGreaterThan(0);
  });
});

describe('a wished talk time', () => {
  it.each([1, 999, 10_000, 30_000, 123_457, 300_000, 990_000])('of %i ms is kept to the ms', (talkMs) => {
    for (const robotId of RICH) {
      for (const call of CALLS.slice(0, 30)) {
        const dialogue = playToEnd(inputFor(robotId, call, { wish: { talkMs } }));
        expect(dialogue.stop).toMatchObject({ kind: 'end', atMs: talkMs });
        expect(findTimeFaults(dialogue)).toEqual([]);
      }
    }
  });

  it('is filled with talk: no gap of silence is longer than 20 s', () => {
    for (const robotId of RICH) {
      for (const call of CALLS.slice(0, 50)) {
        const { turns } = playToEnd(inputFor(robotId, call, { wish: { talkMs: 120_000 } }));
        expect(turns.at(-1)?.endMs).toBeGreaterThan(100_000);
      }
    }
  });

  it('is ended by who the result says', () => {
    const by = (result: number) => playToEnd(inputFor('719', 4, { result, wish: { talkMs: 12_345 } })).stop;
    expect(by(15)).toEqual({ kind: 'end', atMs: 12_345, by: 'customer' });
    expect(by(16)).toEqual({ kind: 'end', atMs: 12_345, by: 'line' });
  });
});

describe('a wished tag', () => {
  const tags = RICH.flatMap((robotId) => [...'ABCDEF'].map((tag) => [robotId, tag] as const));

  it.each(tags)('of robot %s is the one the dialogue ends with: %s', (robotId, tag) => {
    for (const call of CALLS) {
      const dialogue = playToEnd(inputFor(robotId, call, { wish: { tag } }));
      expect(lastTagOf(dialogue)).toBe(tag);
      expect(dialogue.stop.atMs).toBeGreaterThanOrEqual(15_000);
      expect(dialogue.stop.atMs).toBeLessThanOrEqual(150_000);
    }
  });

  it.each([...'ABCDEF'])('is the best one too, where the script allows it: %s', (tag) => {
    for (const call of CALLS) expect(playToEnd(inputFor('719', call, { wish: { tag } })).tagMax).toBe(tag);
  });

  it.each([15, 16])('is passed before the call breaks off (%i)', (result) => {
    for (const call of CALLS) {
      const dialogue = playToEnd(inputFor('719', call, { result, wish: { tag: 'B' } }));
      expect(lastTagOf(dialogue)).toBe('B');
    }
  });

  it('that the script does not have changes nothing', () => {
    const script = aScript(
      aNode('q', 'NormalNode', { hits: [aHit('a', 'e')] }),
      aNode('e', 'EndNode', { tag: 'B' }),
    );
    const input = inputWith(script, 1);
    expect(playToEnd({ ...input, wish: { tag: 'D' } })).toEqual(playToEnd(input));
  });

  it('is reached through silence where that is the only way', () => {
    const script = aScript(
      aNode('q', 'NormalNode', { hits: [aHit('a', 'e')], next: 'f' }),
      aNode('e', 'EndNode', { tag: 'B' }),
      aNode('f', 'EndNode', { tag: 'F' }),
    );
    for (const call of CALLS) {
      expect(lastTagOf(playToEnd(inputWith(script, call, { wish: { tag: 'F' } })))).toBe('F');
    }
  });
});

describe('a wished walk', () => {
  it('is taken hit by hit', () => {
    const walk = ['肯定', '资金困难', '愿意', '下午'];
    for (const call of CALLS) {
      expect(hitsOf(playToEnd(inputFor('719', call, { wish: { walk } })))).toEqual(walk);
    }
  });

  it('waits for the node that has its next hit', () => {
    for (const call of CALLS) {
      const hits = hitsOf(
        playToEnd(inputFor('719', call, { wish: { walk: ['肯定', '过几天还', '短信链接'] } })),
      );
      expect(hits.slice(0, 2)).toEqual(['肯定', '过几天还']);
    }
  });

  it('may ask for a human', () => {
    const dialogue = playToEnd(inputFor('719', 1, { wish: { walk: ['肯定', '转人工'] } }));
    expect(dialogue.turns.at(-1)?.nodeName).toBe('转接人工');
  });

  it('presses the keys of a hit', () => {
    const walk = ['愿意', '非常满意', '满意', '推荐者'];
    const { turns } = playToEnd(inputFor('111111', 5, { wish: { walk } }));
    const keys = turns.flatMap((turn) => turn.keys ?? []);
    expect(keys.slice(0, 2)).toEqual(['1', '1']);
    expect(['8', '9']).toContain(keys[2]);
  });
});

describe('the robot speed', () => {
  it('shortens its turns in proportion', () => {
    const first = (speed: number) => {
      const turn = playToEnd(inputFor('719', 1, { speed })).turns[0];
      return (turn?.endMs ?? 0) - (turn?.startMs ?? 0);
    };
    expect(first(0) / first(500)).toBeCloseTo(1.5, 2);
    expect(first(0) / first(-500)).toBeCloseTo(0.5, 2);
  });
});

describe('a script of any shape', () => {
  const TYPES: readonly NodeType[] = [
    'NormalNode',
    'AnyNode',
    'CollectInputNode',
    'NoNeedAnswerNode',
    'EndNode',
  ];
  const scripts: fc.Arbitrary<Script> = fc.integer({ min: 1, max: 8 }).chain((size) => {
    const to = fc.integer({ min: 0, max: size - 1 }).map(String);
    const node = fc.record({
      type: fc.constantFrom(...TYPES),
      text: fc.constantFrom('', '喂', '很长的话'.repeat(40)),
      hits: fc.array(fc.record({ to, weight: fc.integer({ min: 0, max: 3 }), human: fc.boolean() }), {
        maxLength: 3,
      }),
      next: fc.option(to, { nil: null }),
      tag: fc.constantFrom(null, 'A', 'C'),
      code: fc.boolean(),
    });
    return fc.array(node, { minLength: size, maxLength: size }).map((nodes) =>
      aScript(
        ...nodes.map(({ type, text, hits, next, tag, code }, i) =>
          aNode(String(i), type, {
            text,
            hits: hits.map((hit, j) => aHit(`h${j}`, hit.to, { weight: hit.weight, human: hit.human })),
            ...(next === null ? null : { next }),
            ...(tag === null ? null : { tag }),
            ...(code ? { code: 'X' } : null),
          }),
        ),
      ),
    );
  });
  const results = fc.constantFrom(0, 15, 16, 18, 19, null);
  const wishes = fc.constantFrom({}, { tag: 'A' }, { tag: 'C' }, { talkMs: 60_000 }, { walk: ['h1', 'h0'] });

  it('comes to an end in bounded time and turns', () => {
    fc.assert(
      fc.property(scripts, results, wishes, fc.nat(1000), (script, result, wish, call) => {
        const dialogue = playToEnd(inputWith(script, call, { result, wish }));
        expect(dialogue.stop.kind).toBe('end');
        expect(dialogue.stop.atMs).toBeLessThanOrEqual(150_000);
        expect(dialogue.turns.length).toBeLessThanOrEqual(301);
        expect(findTimeFaults(dialogue)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});

it('a circle that wastes no time is left after 300 turns', () => {
  const script = aScript(
    aNode('a', 'NoNeedAnswerNode', { text: '', next: 'b' }),
    aNode('b', 'HookInfoNode', { text: '', next: 'a' }),
  );
  const dialogue = playToEnd(inputWith(script, 1, { wish: { talkMs: 900_000 } }));
  expect(dialogue.turns).toHaveLength(300);
  expect(dialogue.stop).toEqual({ kind: 'end', atMs: 900_000, by: 'robot' });
});
