import { describe, expect, it } from 'vitest';
import { defaultRobot, findTimeFaults, hitsOf, inputFor, playToEnd } from '../../support/dialogue.ts';

describe('a thousand dialogues of the short robot', () => {
  const dialogues = Array.from({ length: 1000 }, (_, call) => playToEnd(inputFor('168001', call)));

  it('take every branch, and every fall-back', () => {
    const { nodes } = defaultRobot('168001').script;
    const taken = new Set(dialogues.flatMap(hitsOf));
    expect(nodes.flatMap(({ hits }) => hits.map(({ hit }) => hit)).filter((hit) => !taken.has(hit))).toEqual(
      [],
    );
    const passed = new Set(dialogues.flatMap(({ turns }) => turns.map(({ nodeId }) => nodeId)));
    expect(nodes.filter(({ id }) => !passed.has(id))).toEqual([]);
  });

  it('have times that fit each other, and no placeholder left', () => {
    expect(dialogues.flatMap(findTimeFaults)).toEqual([]);
    expect(JSON.stringify(dialogues.map(({ turns }) => turns))).not.toMatch(/\$\{|undefined/);
  });

  it('differ, the first hundred', () => {
    expect(new Set(dialogues.slice(0, 100).map(({ turns }) => JSON.stringify(turns))).size).toBe(100);
  });
});
