import { plainText } from '../plain-text.ts';
import type { Sent } from './send-one.ts';

/** As curl shows an exchange. */
export function writeSent({ module, variant, url, seed, sent, answer, delivered, error }: Sent): string {
  const { status, tookMs, text } = answer;
  const answered = plainText(text ?? '').trimEnd();
  const lines = [
    `> POST ${url}`,
    `> Content-Type: application/json;charset=UTF-8`,
    `> ${sent}`,
    status === null ? `< no answer, after ${tookMs} ms` : `< ${status}, after ${tookMs} ms`,
    ...(answered === '' ? [] : answered.split('\n').map((line) => `< ${line}`)),
    `${delivered ? 'delivered' : `not delivered: ${error}`}   (${module}, ${variant}; once more: --seed ${seed})`,
    '',
  ];
  return lines.join('\n');
}
