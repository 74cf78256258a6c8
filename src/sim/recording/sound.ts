import type { Dialogue, Turn } from '../dialog/dialogue.ts';
import { isVoiced, measureSpeech, scaleToSpeed, unitMs } from '../dialog/speech.ts';
import { type Chance, drawInteger } from '../random.ts';
import { FRAMES_PER_MS } from './size.ts';

/** One syllable, or one key: where it lies in the file and how it sounds. Frames count from the answer. */
export interface Sound {
  readonly side: 'robot' | 'customer';
  readonly from: number;
  readonly to: number;
  /** Hz; a key has two, a syllable its pitch alone. */
  readonly tones: readonly [number] | readonly [number, number];
  /** Hz per second that the pitch glides by; 0 for keys. */
  readonly glide: number;
  /** Which of the vowels colours a syllable. */
  readonly vowel: number;
}

/** Rows and columns of a telephone's keys, in Hz (ITU-T Q.23). */
const ROWS = [697, 770, 852, 941] as const;
const COLUMNS = [1209, 1336, 1477, 1633] as const;
const KEYPAD = '123A456B789C*0#D';

const KEY_SHARE = 0.55;
const KEY_MOST_MS = 120;
const GLIDES = [0, 160, -90, 60, -200];

/** All sounds of a dialogue, in order of their beginning on each side. */
export function soundsOf(dialogue: Dialogue, chance: Chance, speed: number): Sound[] {
  // A robot has the voice of its script, people have their own (choice).
  const pitch = drawInteger(chance, 'pitch', [105, 235]);
  return dialogue.turns.flatMap((turn) => {
    if (turn.role === 'robot') return syllables(turn, { text: turn.textRobot, pitch: 215, speed });
    if (turn.speakMs === undefined) return [];
    if (turn.keys !== undefined) return keys(turn, turn.speakMs, turn.keys);
    return syllables({ ...turn, startMs: turn.speakMs }, { text: turn.textMan, pitch, speed: null });
  });
}

interface Speaker {
  readonly text: string;
  readonly pitch: number;
  /** The robot's; a customer's text fills the time that it took: null. */
  readonly speed: number | null;
}

function syllables(turn: Turn, { text, pitch, speed }: Speaker): Sound[] {
  const ownMs = measureSpeech(text);
  // What was cut off goes on at its pace up to the cut.
  const ms = speed === null ? turn.endMs - turn.startMs : scaleToSpeed(ownMs, speed);
  const pace = ownMs === 0 ? 0 : ms / ownMs;
  const sounds: Sound[] = [];
  let atMs = turn.startMs;
  for (let i = 0; i < text.length && atMs < turn.endMs; i++) {
    const unit = text.charCodeAt(i);
    const lastsMs = unitMs(unit) * pace;
    const endMs = Math.min(atMs + lastsMs * 0.88, turn.endMs);
    if (isVoiced(unit)) {
      sounds.push({
        side: turn.role,
        from: Math.round(atMs * FRAMES_PER_MS),
        to: Math.round(endMs * FRAMES_PER_MS),
        // A sentence falls; each character has a tone and a vowel of its own.
        tones: [pitch * (1.08 - (0.16 * i) / text.length)],
        glide: GLIDES[unit % GLIDES.length] ?? 0,
        vowel: unit >> 2,
      });
    }
    atMs += lastsMs;
  }
  return sounds;
}

function keys(turn: Turn, speakMs: number, pressed: string): Sound[] {
  const eachMs = (turn.endMs - speakMs) / pressed.length;
  const lastsMs = Math.min(KEY_MOST_MS, eachMs * KEY_SHARE);
  return [...pressed].flatMap((key, i): Sound[] => {
    const at = KEYPAD.indexOf(key);
    const row = ROWS[at >> 2];
    const column = COLUMNS[at & 3];
    if (row === undefined || column === undefined) return [];
    const from = Math.round((speakMs + i * eachMs) * FRAMES_PER_MS);
    const to = from + Math.round(lastsMs * FRAMES_PER_MS);
    return [{ side: 'customer', from, to, tones: [row, column], glide: 0, vowel: 0 }];
  });
}
