import { expect, it } from 'vitest';
import { drawPerson } from '../../../src/sim/account/person.ts';
import { parseMagicNumber } from '../../../src/sim/call/magic-number.ts';
import { deriveChance } from '../../../src/sim/random.ts';

const people = Array.from({ length: 500 }, (_, i) => drawPerson(deriveChance(1, 'row', i)));

it('a person has a Chinese name, a gender and a mobile number without magic', () => {
  for (const { name, gender, phone } of people) {
    expect(name).toMatch(/^[\u4e00-\u9fff]{2,4}$/);
    expect(['男', '女']).toContain(gender);
    expect(phone).toMatch(/^1[3-9]\d{9}$/);
    expect(parseMagicNumber(phone)).toBeNull();
  }
});

it('people differ', () => {
  expect(new Set(people.map((person) => person.name)).size).toBeGreaterThan(400);
  expect(new Set(people.map((person) => person.phone)).size).toBe(500);
});

it('the same chance gives the same person, whoever was drawn before', () => {
  const person = drawPerson(deriveChance(1, 'row', 7));
  drawPerson(deriveChance(1, 'row', 8));
  expect(drawPerson(deriveChance(1, 'row', 7))).toEqual(person);
  expect(person).toEqual(people[7]);
});
