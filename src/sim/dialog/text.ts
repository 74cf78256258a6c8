import { measureSpeech } from './speech.ts';

/** A text with `${列名}` placeholders, taken apart once. */
export interface CompiledText {
  /** Literals and placeholder names in turn; begins and ends with a literal. */
  readonly parts: readonly string[];
  /** ms of the literals at speed 0. */
  readonly literalMs: number;
}

/** Values of placeholders by name. */
export type Values = Readonly<Record<string, string>>;

const PLACEHOLDER = /\$\{([^{}]*)\}/;

/** Takes a text apart; blanks around a placeholder's name do not count. */
export function compileText(text: string): CompiledText {
  const parts = text.split(PLACEHOLDER).map((part, i) => (i % 2 === 1 ? part.trim() : part));
  const literalMs = parts.reduce((sum, part, i) => (i % 2 === 1 ? sum : sum + measureSpeech(part)), 0);
  return { parts, literalMs };
}

/** Names of the placeholders, in their order. */
export function placeholdersOf(text: string): string[] {
  return text
    .split(PLACEHOLDER)
    .filter((_, i) => i % 2 === 1)
    .map((name) => name.trim());
}

/** The text as spoken; a placeholder without a value is empty (spec 2.5). */
export function fillText(text: CompiledText, values: Values): string {
  const { parts } = text;
  let filled = parts[0] ?? '';
  for (let i = 1; i < parts.length; i += 2) filled += valueNamed(values, parts[i]) + (parts[i + 1] ?? '');
  return filled;
}

/** ms that the filled text takes at speed 0. */
export function measureText(text: CompiledText, values: Values): number {
  const { parts } = text;
  let ms = text.literalMs;
  for (let i = 1; i < parts.length; i += 2) ms += measureSpeech(valueNamed(values, parts[i]));
  return ms;
}

function valueNamed(values: Values, name: string | undefined): string {
  // Names come from outside: `constructor` must not find what every object inherits.
  const value: unknown = name === undefined ? undefined : values[name];
  return typeof value === 'string' ? value : '';
}
