import { describe, expect, it } from 'vitest';
import { measureSpeech } from '../../../src/sim/dialog/speech.ts';
import { compileText, fillText, measureText, placeholdersOf } from '../../../src/sim/dialog/text.ts';

const fill = (text: string, values: Record<string, string> = {}) => fillText(compileText(text), values);

describe('placeholders', () => {
  it('are filled wherever they stand', () => {
    expect(fill(`\${姓名}您好，\${列2}，再见\${姓名}`, { 姓名: '王女士', 列2: '周一' })).toBe(
      '王女士您好，周一，再见王女士',
    );
  });

  it('without a value are empty', () => {
    expect(fill(`请问是\${姓名}本人吗？`)).toBe('请问是本人吗？');
  });

  it('take nothing that every object inherits', () => {
    expect(fill(`\${constructor}\${toString}\${__proto__}`)).toBe('');
  });

  it('may have blanks around their names', () => {
    expect(fill(`\${ 姓名 }好`, { 姓名: '王' })).toBe('王好');
  });

  it('put values in as they are', () => {
    expect(fill(`\${a}`, { a: `\${b}$&`, b: 'no' })).toBe(`\${b}$&`);
  });

  it('are listed in their order', () => {
    expect(placeholdersOf(`a\${b}c\${ d }\${b}`)).toEqual(['b', 'd', 'b']);
    expect(placeholdersOf('none')).toEqual([]);
  });
});

it('a text takes as long as what it says when it is filled', () => {
  const values = { 姓名: '欧阳先生' };
  const text = `\${姓名}您好，请问是\${姓名}吗？`;
  expect(measureText(compileText(text), values)).toBe(measureSpeech(fill(text, values)));
});
