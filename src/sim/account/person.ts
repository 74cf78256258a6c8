import { Faker, type Randomizer } from '@faker-js/faker';
import { faker as chinese } from '@faker-js/faker/locale/zh_CN';
import { type Chance, deriveChance, draw, drawInteger } from '../random.ts';

export interface Person {
  readonly name: string;
  readonly gender: '男' | '女';
  /** A mobile number that no magic number begins like. */
  readonly phone: string;
}

/** First three digits of mobile numbers that are in use (choice: none of 199, where the magic numbers are). */
const PREFIXES = [
  '130',
  '132',
  '135',
  '136',
  '138',
  '139',
  '150',
  '152',
  '157',
  '158',
  '176',
  '180',
  '186',
  '188',
  '189',
];

/** Where the next draw comes from: one person after the other, each begun anew by `drawPerson`. */
const source = { root: 0 as Chance, index: 0 };

/** Hands faker keyed draws instead of a generator with a state of its own. */
const randomizer: Randomizer = {
  next: () => draw(source.root, 'faker', source.index++),
  // Draws are keyed, so there is nothing to seed.
  seed: () => undefined,
};
const faker = new Faker({ locale: chinese.rawDefinitions, randomizer });

/** Name, gender and number of a person; the same chance gives the same person. Loading this file loads faker. */
export function drawPerson(chance: Chance): Person {
  source.root = deriveChance(chance, 'person');
  source.index = 0;
  const male = draw(chance, 'gender') < 0.5;
  const prefix = PREFIXES[drawInteger(chance, 'prefix', [0, PREFIXES.length - 1])] ?? '138';
  const tail = String(drawInteger(chance, 'phone', [0, 99_999_999])).padStart(8, '0');
  return {
    name: faker.person.fullName({ sex: male ? 'male' : 'female' }).replaceAll(' ', ''),
    gender: male ? '男' : '女',
    phone: prefix + tail,
  };
}
