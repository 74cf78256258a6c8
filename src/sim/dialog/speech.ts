/** ms that one Chinese character takes at speed 0: 4.5 a second with the pauses of ordinary text (choice). */
const SYLLABLE_MS = 205;
const DIGIT_MS = 190;
const LETTER_MS = 85;
const LONG_PAUSE_MS = 300;
const SHORT_PAUSE_MS = 150;
const GAP_MS = 30;

const LONG_PAUSES = new Set([...'。！？；：…—.!?;:\n'].map((mark) => mark.charCodeAt(0)));
const SHORT_PAUSES = new Set([...'，、,'].map((mark) => mark.charCodeAt(0)));

/** ms that one UTF-16 unit of a text takes at speed 0. */
export function unitMs(unit: number): number {
  if (unit >= 0x3400 && unit <= 0x9fff) return SYLLABLE_MS;
  if (SHORT_PAUSES.has(unit)) return SHORT_PAUSE_MS;
  if (LONG_PAUSES.has(unit)) return LONG_PAUSE_MS;
  if (unit >= 48 && unit <= 57) return DIGIT_MS;
  if ((unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122)) return LETTER_MS;
  return GAP_MS;
}

/** Whether one hears a voice while this unit is spoken, and not a pause. */
export function isVoiced(unit: number): boolean {
  return unitMs(unit) > GAP_MS && !SHORT_PAUSES.has(unit) && !LONG_PAUSES.has(unit);
}

/** ms that a text takes at speed 0. */
export function measureSpeech(text: string): number {
  let ms = 0;
  for (let i = 0; i < text.length; i++) ms += unitMs(text.charCodeAt(i));
  return ms;
}

/**
 * ms at a `robot_speed`: linear from 0.5 times as fast at -500 to 1.5 times at 500 (doc, seed 001).
 * @param speed -500 to 500; what lies outside counts as the nearest of them
 */
export function scaleToSpeed(ms: number, speed: number): number {
  return ms / (1 + Math.min(500, Math.max(-500, speed)) / 1000);
}
