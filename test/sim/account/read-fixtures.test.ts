import { describe, expect, it } from 'vitest';
import { readFixtures } from '../../../src/sim/account/read-fixtures.ts';
import { ConfigurationError } from '../../../src/sim/configuration-error.ts';
import { DEFAULT_TEXT } from '../../support/dialogue.ts';

function placesOf(text: string): string[] {
  try {
    readFixtures(text, 'my.yaml');
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map((problem) => problem.place);
    throw error;
  }
  return [];
}

/** Line and column of a piece of the default fixtures, counting from 1. */
function placeOf(text: string, piece: string): string {
  const before = text.slice(0, text.indexOf(piece)).split('\n');
  return `my.yaml:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

describe('a fault in a file is placed by line and column', () => {
  it('of the value', () => {
    const text = DEFAULT_TEXT.replace('concurrents: 100', 'concurrents: 0.5');
    expect(placesOf(text)).toEqual([`${placeOf(text, 'concurrents: 0.5')} lines[2].concurrents`]);
  });

  it('of the unknown key', () => {
    const text = DEFAULT_TEXT.replace('sensitiveNumbers:', 'sensitiveNumber:');
    expect(placesOf(text)).toEqual([`${placeOf(text, 'sensitiveNumber:')} sensitiveNumber`]);
  });

  it('of the entry that lacks something', () => {
    const text = 'enterprises:\n  - { id: "1", name: a }\n  - id: "2"\n';
    expect(placesOf(text)).toEqual(['my.yaml:3:5 enterprises[1].name']);
  });

  it('of the reference that leads nowhere', () => {
    const text = DEFAULT_TEXT.replace('to: 询问关系', 'to: 询问什么');
    expect(placesOf(text)).toEqual([`${placeOf(text, 'to: 询问什么')} robots[0].script.nodes[0].hits[1].to`]);
  });

  it('behind an alias', () => {
    const text = DEFAULT_TEXT.replace('start: 问候', 'start: 你好');
    const places = placesOf(text);
    expect(places).toHaveLength(3);
    expect(new Set(places.map((place) => place.split(' ')[0]))).toEqual(
      new Set([placeOf(text, 'start: 你好')]),
    );
  });

  it('where it is no YAML', () => {
    expect(placesOf('apps: [\n')).toEqual(['my.yaml:2:1']);
    expect(placesOf('apps: []\napps: []\n')[0]).toBe('my.yaml:2:1');
  });
});

describe('a file of fixtures', () => {
  it('may be JSON', () => {
    expect(readFixtures('{"enterprises":[{"id":"1","name":"a"}]}', 'x.json').enterprises[0]?.id).toBe('1');
  });

  it('may be empty, but says so', () => {
    expect(readFixtures('{}', 'x.yaml').apps).toEqual([]);
    expect(() => readFixtures('', 'x.yaml')).toThrow('x.yaml:1:1 (top): found nothing, expected fixtures');
  });

  it('keeps the zero of a number in quotes', () => {
    expect(readFixtures(DEFAULT_TEXT, 'x').lines.map((line) => line.lineNum)).toContain('055169101407');
  });
});
