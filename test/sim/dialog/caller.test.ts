import { describe, expect, it } from 'vitest';
import type { Dialogue, DialogueInput, OutsideInput } from '../../../src/sim/dialog/dialogue.ts';
import { runDialogue } from '../../../src/sim/dialog/run-dialogue.ts';
import { findTimeFaults, hitsOf, inputFor } from '../../support/dialogue.ts';

const real = (robotId: string, rest: Partial<DialogueInput> = {}): DialogueInput =>
  inputFor(robotId, 1, { caller: 'outside', result: null, ...rest });

function play(input: DialogueInput, ...outside: readonly OutsideInput[]): Dialogue {
  return runDialogue({ ...input, outside });
}

const loan = real('719', { wish: { walk: ['肯定', '今天还款'] } });
const first = play(loan);
const answer: OutsideInput = { kind: 'speech', atMs: first.stop.atMs + 600, endMs: first.stop.atMs + 1700 };

describe('with a real caller the dialogue', () => {
  it('waits at each question', () => {
    expect(first.stop).toEqual({
      kind: 'caller',
      atMs: first.turns.at(-1)?.endMs,
      nodeId: first.turns[0]?.nodeId,
    });
    expect(first.turns.map((turn) => turn.role)).toEqual(['robot']);
  });

  it('goes on after speech, with words of the branch that is taken', () => {
    const next = play(loan, answer);
    expect(next.turns.slice(0, 1)).toEqual(first.turns);
    expect(next.turns[1]).toMatchObject({ role: 'customer', speakMs: answer.atMs, endMs: answer.endMs });
    expect(next.turns[1]?.textMan).not.toBe('');
    expect(hitsOf(next)).toEqual(['肯定']);
    expect(next.turns[2]?.startMs).toBeGreaterThan(answer.endMs);
    expect(next.stop.kind).toBe('caller');
  });

  it('lets the weights choose where nothing else does', () => {
    const taken = Array.from({ length: 60 }, (_, call) =>
      hitsOf(play(inputFor('719', call, { caller: 'outside', result: null }), answer)),
    );
    expect(new Set(taken.flat()).size).toBeGreaterThan(3);
  });

  it('is interrupted by speech during a question', () => {
    const early: OutsideInput = { kind: 'speech', atMs: 3000, endMs: 4500 };
    const { turns } = play(loan, early);
    expect(turns[0]?.endMs).toBe(3000);
    expect(turns[1]).toMatchObject({ startMs: 3000, speakMs: 3000, endMs: 4500 });
  });

  it('does not hear what was over before the question began', () => {
    const over: OutsideInput = { kind: 'speech', atMs: 0, endMs: (first.turns[0]?.startMs ?? 0) - 1 };
    expect(play(loan, over)).toEqual(first);
  });

  it('asks again after a speech of no length, and leaves after three', () => {
    let outside: readonly OutsideInput[] = [];
    for (let i = 0; i < 3; i++) {
      const { stop } = play(loan, ...outside);
      outside = [...outside, { kind: 'speech', atMs: stop.atMs + 5000, endMs: stop.atMs + 5000 }];
    }
    const left = play(loan, ...outside);
    expect(left.turns.map((turn) => turn.nodeName)).toEqual([...Array(6).fill('开场白'), '无人应答']);
    expect(left.stop).toMatchObject({ kind: 'end', by: 'robot' });
  });

  it('takes the text that is set within a speech', () => {
    const said: OutsideInput = { kind: 'say', atMs: answer.atMs + 50, text: '打错了打错了' };
    const next = play(real('719'), answer, said);
    expect(next.turns[1]).toMatchObject({
      textMan: '打错了打错了',
      speakMs: answer.atMs,
      endMs: answer.endMs,
    });
    expect(hitsOf(next)).toEqual(['打错了']);
  });

  it('takes a text alone as the whole turn', () => {
    const next = play(real('719'), { kind: 'say', atMs: first.stop.atMs + 900, text: '我是本人' });
    expect(next.turns[1]).toMatchObject({ textMan: '我是本人', speakMs: first.stop.atMs + 900 });
    expect(hitsOf(next)).toEqual(['肯定']);
  });

  it('ends when the caller hangs up', () => {
    const atMs = first.stop.atMs + 2000;
    const over = play(loan, { kind: 'hangup', atMs, by: 'customer' });
    expect(over.stop).toEqual({ kind: 'end', atMs, by: 'customer' });
    expect(over.turns.at(-1)).toMatchObject({ role: 'customer', textMan: '', endMs: atMs });
    expect(findTimeFaults(over)).toEqual([]);
  });

  it('has no least and no greatest length', () => {
    const long: OutsideInput = { kind: 'speech', atMs: first.stop.atMs, endMs: first.stop.atMs + 400_000 };
    expect(play(loan, long).stop).toMatchObject({ kind: 'caller' });
    const short = play(real('719'), { kind: 'say', atMs: 500, text: '打错了' });
    expect(short.stop).toMatchObject({ kind: 'end', by: 'robot', atMs: short.turns.at(-1)?.endMs });
  });
});

describe('keys of a real caller', () => {
  const survey = real('111111', { wish: { walk: ['愿意'] } });
  const opened = play(survey);
  const yes: OutsideInput = { kind: 'speech', atMs: opened.stop.atMs + 100, endMs: opened.stop.atMs + 900 };
  const menu = play(survey, yes);

  it('take the branch that has them', () => {
    const next = play(survey, yes, { kind: 'keys', atMs: menu.stop.atMs + 400, keys: '4' });
    expect(hitsOf(next)).toEqual(['愿意', '不满意']);
    expect(next.turns.findLast((turn) => turn.role === 'customer')).toMatchObject({
      keys: '4',
      textMan: '4',
    });
  });

  it('that nothing expects are asked for again', () => {
    const next = play(survey, yes, { kind: 'keys', atMs: menu.stop.atMs + 400, keys: '8' });
    expect(next.turns.at(-1)?.nodeName).toBe('总体满意度');
    expect(next.turns.at(-1)?.role).toBe('robot');
  });

  it('interrupt the menu', () => {
    const menuTurn = menu.turns.at(-1);
    const next = play(survey, yes, { kind: 'keys', atMs: (menuTurn?.startMs ?? 0) + 1000, keys: '1' });
    expect(next.turns[menu.turns.length - 1]?.endMs).toBe((menuTurn?.startMs ?? 0) + 1000);
  });

  it('are lost where words are asked for', () => {
    expect(play(survey, { kind: 'keys', atMs: 1000, keys: '1' })).toEqual(opened);
  });

  it('are not replaced by speech', () => {
    const spoken: OutsideInput = { kind: 'speech', atMs: menu.stop.atMs + 100, endMs: menu.stop.atMs + 1500 };
    expect(hitsOf(play(survey, yes, spoken))).toEqual(['愿意']);
  });

  it('with a final hash are digits in the text and in the context', () => {
    const check = real('11', { wish: { walk: ['能到'] } });
    const yesTo: OutsideInput = { kind: 'say', atMs: 0, text: '能到' };
    const asked = play(check, yesTo);
    const next = play(check, yesTo, { kind: 'keys', atMs: asked.stop.atMs + 100, keys: '4711#' });
    expect(next.turns.findLast((turn) => turn.role === 'customer')).toMatchObject({
      keys: '4711#',
      textMan: '4711',
    });
    expect(next.turns.at(-1)?.textRobot).toContain('您输入的是4711，');
  });
});
