import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Agenda, type AgendaEntry, RANK } from '../../../src/sim/time/agenda.ts';

const entry = fc.record({
  at: fc.integer({ min: 0, max: 20 }),
  rank: fc.constantFrom(...Object.values(RANK)),
  key: fc.integer({ min: 0, max: 10 }),
});

function takeAll(agenda: Agenda): AgendaEntry[] {
  const taken: AgendaEntry[] = [];
  for (let next = agenda.take(); next !== undefined; next = agenda.take()) taken.push(next);
  return taken;
}

function sorted(entries: readonly AgendaEntry[]): AgendaEntry[] {
  return entries.toSorted((a, b) => a.at - b.at || a.rank - b.rank || a.key - b.key);
}

describe('the agenda', () => {
  it('gives entries by time, then rank, then key, in whatever order they came', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
        const agenda = new Agenda();
        for (const one of entries) agenda.add(one);
        expect(agenda.size).toBe(entries.length);
        expect(takeAll(agenda)).toEqual(sorted(entries));
      }),
    );
  });

  it('keeps that order while entries come and go', () => {
    fc.assert(
      fc.property(fc.array(fc.option(entry), { maxLength: 80 }), (steps) => {
        const agenda = new Agenda();
        let model: AgendaEntry[] = [];
        for (const step of steps) {
          if (step === null) {
            expect(agenda.take()).toEqual(model[0]);
            model = model.slice(1);
          } else {
            agenda.add(step);
            model = sorted([...model, step]);
          }
          expect(agenda.peek()).toEqual(model[0]);
          expect(agenda.size).toBe(model.length);
        }
      }),
    );
  });

  it('is empty in the beginning, and after the last one was taken', () => {
    const agenda = new Agenda();
    expect([agenda.peek(), agenda.take(), agenda.size]).toEqual([undefined, undefined, 0]);
    agenda.add({ at: 1, rank: RANK.call, key: 1 });
    agenda.take();
    expect([agenda.peek(), agenda.take(), agenda.size]).toEqual([undefined, undefined, 0]);
  });

  it('lets the day end before tasks move, tasks move before calls, and calls end before lines dial', () => {
    const agenda = new Agenda();
    for (const rank of [RANK.dial, RANK.call, RANK.day, RANK.task]) agenda.add({ at: 5, rank, key: 0 });
    expect(takeAll(agenda).map(({ rank }) => rank)).toEqual([RANK.day, RANK.task, RANK.call, RANK.dial]);
  });
});
