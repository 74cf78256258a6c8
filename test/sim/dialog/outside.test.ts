import { describe, expect, it } from 'vitest';
import type { DialogueInput, OutsideInput } from '../../../src/sim/dialog/dialogue.ts';
import { runDialogue } from '../../../src/sim/dialog/run-dialogue.ts';
import { findTimeFaults, hitsOf, inputFor, playToEnd } from '../../support/dialogue.ts';

const CALLS = Array.from({ length: 200 }, (_, call) => call);

function withOutside(input: DialogueInput, ...outside: readonly OutsideInput[]): DialogueInput {
  return { ...input, outside: [...input.outside, ...outside] };
}

describe('at a node with a code the dialogue', () => {
  const input = inputFor('4567', 1, { wish: { walk: ['本人'] } });
  const stopped = runDialogue(input);

  it("stops after the customer's answer", () => {
    const last = stopped.turns.at(-1);
    expect(stopped.stop).toMatchObject({ kind: 'pull', code: 'SELF1', reply: last?.textMan });
    expect(stopped.stop.atMs).toBeGreaterThan(last?.endMs ?? 0);
  });

  it('goes on when the pull is back, as much later as that took, with what it brought', () => {
    const values = { reportorRelation: '42' };
    const atMs = stopped.stop.atMs;
    const answered = runDialogue(withOutside(input, { kind: 'semantics', atMs, tookMs: 1234, values }));
    expect(answered.turns.slice(0, stopped.turns.length)).toEqual(stopped.turns);
    const next = answered.turns[stopped.turns.length];
    expect(next?.startMs).toBe(atMs + 1234);
    expect(next?.textRobot).toContain('42');
    expect(answered.context).toMatchObject({ reportorRelation: '42', 姓名: '张三' });
  });

  it('goes on without if the pull brought nothing', () => {
    const atMs = stopped.stop.atMs;
    const lost = runDialogue(
      withOutside(input, { kind: 'semantics', atMs, tookMs: 3000, values: {}, note: 'late' }),
    );
    expect(lost.stop.kind).toBe('end');
    expect(lost.turns[stopped.turns.length]?.textRobot).toContain('报告人代码是。');
  });

  it('ends if somebody hangs up while the pull is under way', () => {
    const atMs = stopped.stop.atMs + 80;
    const cut = runDialogue(withOutside(input, { kind: 'hangup', atMs, by: 'platform' }));
    expect(cut.stop).toEqual({ kind: 'end', atMs, by: 'platform' });
    expect(cut.turns).toEqual(stopped.turns);
  });

  it('pulls again when it asks again', () => {
    const walk = ['家属'];
    const codes = CALLS.map((call) => runDialogue(inputFor('4567', call, { wish: { walk } })).stop.kind);
    expect(new Set(codes)).toEqual(new Set(['pull']));
  });
});

it('what was pulled before the call fills the texts and wins over the row', () => {
  const context: OutsideInput = { kind: 'context', values: { 姓名: '王五', 性别: '女' } };
  const dialogue = playToEnd(withOutside(inputFor('4567', 1), context));
  expect(dialogue.turns[0]?.textRobot).toContain('给王五做一次高血压随访，登记的性别是女');
});

describe('a hang-up from outside', () => {
  it('ends the dialogue where it happens, and the turn with it', () => {
    for (const call of CALLS) {
      const whole = playToEnd(inputFor('719', call));
      const atMs = Math.floor((whole.stop.atMs * (call + 1)) / 201);
      const cut = runDialogue(withOutside(inputFor('719', call), { kind: 'hangup', atMs, by: 'platform' }));
      expect(cut.stop).toEqual({ kind: 'end', atMs, by: 'platform' });
      expect(findTimeFaults(cut)).toEqual([]);
      const kept = whole.turns.filter((turn) => turn.endMs <= atMs);
      expect(cut.turns.slice(0, kept.length)).toEqual(kept);
      expect(cut.turns.length - kept.length).toBeLessThanOrEqual(1);
    }
  });

  it('changes nothing after the end', () => {
    const whole = playToEnd(inputFor('719', 1));
    const late: OutsideInput = { kind: 'hangup', atMs: whole.stop.atMs + 1, by: 'customer' };
    expect(runDialogue(withOutside(inputFor('719', 1), late))).toEqual(whole);
  });

  it('leaves half a sentence of a customer who was speaking, and no branch', () => {
    const whole = playToEnd(inputFor('719', 1));
    const turn = whole.turns.find((one) => one.role === 'customer');
    const atMs = Math.floor(((turn?.speakMs ?? 0) + (turn?.endMs ?? 0)) / 2);
    const cut = runDialogue(withOutside(inputFor('719', 1), { kind: 'hangup', atMs, by: 'line' })).turns.at(
      -1,
    );
    expect(turn?.textMan.startsWith(cut?.textMan ?? '-')).toBe(true);
    expect(cut?.textMan.length).toBeLessThan(turn?.textMan.length ?? 0);
    expect(cut?.hits?.some((hit) => hit.pick)).toBe(false);
  });
});

describe('a text said for a simulated customer', () => {
  const input = inputFor('719', 1);
  const whole = playToEnd(input);
  const first = whole.turns.findIndex((turn) => turn.role === 'customer');
  const turn = whole.turns[first];
  const text = '你们打错了吧，我不认识他';

  it('while the robot speaks is taken by the next turn', () => {
    const said = runDialogue(withOutside(input, { kind: 'say', atMs: 2000, text }));
    expect(said.turns[first]).toMatchObject({ textMan: text, startMs: turn?.startMs });
    expect(said.turns[first]?.hits?.find((hit) => hit.pick)?.hit).toBe('打错了');
    expect(said.turns[first + 1]?.nodeName).toBe('打错致歉');
  });

  it('while the customer thinks is said at once', () => {
    const atMs = (turn?.startMs ?? 0) + 10;
    const said = runDialogue(withOutside(input, { kind: 'say', atMs, text }));
    expect(said.turns[first]).toMatchObject({ speakMs: atMs, textMan: text });
  });

  it('while the customer speaks takes the place of the words, and time of its own', () => {
    const atMs = (turn?.speakMs ?? 0) + 100;
    const said = runDialogue(withOutside(input, { kind: 'say', atMs, text })).turns[first];
    expect(said).toMatchObject({ speakMs: turn?.speakMs, textMan: text });
    expect(said?.endMs).toBeGreaterThan(atMs + 1000);
  });

  it('breaks a silence', () => {
    const silent = inputFor('719', 1, { result: 18 });
    const said = runDialogue(withOutside(silent, { kind: 'say', atMs: 9000, text: '是我' }));
    expect(hitsOf(said)).toEqual(['肯定']);
  });

  it('changes nothing that lies before it', () => {
    for (const call of CALLS) {
      const before = playToEnd(inputFor('11', call));
      const atMs = Math.floor(before.stop.atMs / 2);
      const said = playToEnd(withOutside(inputFor('11', call), { kind: 'say', atMs, text: '嗯，可以' }));
      const past = before.turns.filter((one) => one.endMs < atMs);
      expect(said.turns.slice(0, past.length)).toEqual(past);
      expect(said.turns.some((one) => one.textMan === '嗯，可以')).toBe(true);
      expect(findTimeFaults(said)).toEqual([]);
    }
  });

  it('presses keys where keys are asked for', () => {
    const walk = ['愿意'];
    const survey = inputFor('111111', 1, { wish: { walk } });
    const menu = playToEnd(survey).turns.find(
      (one) => one.role === 'customer' && one.nodeName === '总体满意度',
    );
    const said = playToEnd(withOutside(survey, { kind: 'say', atMs: (menu?.startMs ?? 0) + 1, text: '4' }));
    const pressed = said.turns.find((one) => one.role === 'customer' && one.nodeName === '总体满意度');
    expect(pressed).toMatchObject({ keys: '4', textMan: '4' });
    expect(pressed?.hits?.find((hit) => hit.pick)?.hit).toBe('不满意');
  });
});
