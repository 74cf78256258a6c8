import { Refusal } from '../../../sim/refusal.ts';
import type { Finding } from '../finding/finding.ts';
import { findNearest } from '../finding/nearest.ts';
import { type Field, type Fields, type Input, isAbsent } from './field.ts';
import type { Body } from './json.ts';

/** More than this many findings of one request say nothing new. */
const MAX_FINDINGS = 20;
const SHOWN_CHARACTERS = 60;

/**
 * Reads an operation's fields out of a body. Keys match ignoring case, `_` and `-`; an exact key wins (seen), unless its value
 * is an absent one (choice: clients that write a key in two ways fill one of them).
 *
 * @param findings gets one for each key that is no field, which are ignored (choice), and for each value that is doubtful
 * @throws Refusal `invalid-parameter`, naming every field that is missing or wrong
 */
export function readFields<F extends Fields>(fields: F, body: Body, findings: Finding[]): Input<F> {
  const sent = matchKeys(fields, body, findings);
  const problems: string[] = [];
  const input: Record<string, unknown> = {};
  for (const name in fields) {
    const field = fields[name] as Field<unknown>;
    const value = sent[name];
    if (isAbsent(value, field.blanks)) {
      if (field.required) problems.push(`${name}: missing`);
      input[name] = field.fallback;
    } else {
      input[name] = field.read(value);
      if (input[name] === undefined) problems.push(`${name}: expected ${field.expects}, got ${show(value)}`);
      else note(findings, () => field.doubt?.(input[name], name));
    }
  }
  if (problems.length > 0) throw new Refusal('invalid-parameter', problems.join('; '));
  return input as Input<F>;
}

/** The value of one key, matched as loosely as a field's; for what must be known before the fields are read. */
export function peekField(body: Body, name: string): unknown {
  const loose = Object.keys(body).filter((key) => fold(key) === fold(name));
  const key = [name, ...loose].find((each) => Object.hasOwn(body, each) && !isAbsent(body[each], []));
  return key === undefined ? undefined : body[key];
}

function matchKeys(fields: Fields, body: Body, findings: Finding[]): Record<string, unknown> {
  const sent: Record<string, unknown> = {};
  for (const key of Object.keys(body)) {
    const name = Object.hasOwn(fields, key) ? key : foldedNames(fields).get(fold(key));
    if (name === undefined) {
      note(findings, () => ({ code: 'unknown-field', message: explainKey(fields, key) }));
    } else {
      const { blanks } = fields[name] as Field<unknown>;
      if (isAbsent(sent[name], blanks) || (name === key && !isAbsent(body[key], blanks)))
        sent[name] = body[key];
    }
  }
  return sent;
}

/** What says nothing new is not even looked at. */
function note(findings: Finding[], look: () => Finding | null | undefined): void {
  if (findings.length >= MAX_FINDINGS) return;
  const finding = look();
  if (finding) findings.push(finding);
}

function explainKey(fields: Fields, key: string): string {
  const shown = `${show(key)} is no field of this operation`;
  if (fold(key) === 'token') return `${shown}: the token travels in the query`;
  const folded = foldedNames(fields);
  const nearest = findNearest(fold(key), [...folded.keys()]);
  return nearest === null ? shown : `${shown}: ${folded.get(nearest)} is meant?`;
}

const foldedNamesOf = new WeakMap<Fields, ReadonlyMap<string, string>>();

function foldedNames(fields: Fields): ReadonlyMap<string, string> {
  let names = foldedNamesOf.get(fields);
  if (names === undefined) {
    names = new Map(Object.keys(fields).map((name) => [fold(name), name]));
    foldedNamesOf.set(fields, names);
  }
  return names;
}

function fold(key: string): string {
  return key.toLowerCase().replace(/[_-]/g, '');
}

/** For the journal: short, whatever was sent. */
function show(value: unknown): string {
  if (typeof value === 'object') return Array.isArray(value) ? `a list of ${value.length}` : 'an object';
  const shown = String(value).slice(0, SHOWN_CHARACTERS);
  return typeof value === 'string' ? JSON.stringify(shown) : shown;
}
