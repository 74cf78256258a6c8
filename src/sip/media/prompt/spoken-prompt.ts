import type { Dialogue } from '../../../sim/dialog/dialogue.ts';
import { isVoiced, measureSpeech } from '../../../sim/dialog/speech.ts';
import { type Sound, soundsOf } from '../../../sim/recording/sound.ts';
import { prepareTone, sampleTone, type Tone } from '../../../sim/recording/synthesis.ts';
import { SAMPLES_PER_MS } from '../frame.ts';
import { PromptAudio } from './prompt-audio.ts';

/** Heard for a text in which nothing can be spoken. */
const FILLER = '一二三四五六七八';
/** Ten minutes at an ordinary pace. */
const MOST_CHARACTERS = 3000;

/** Tones like speech, a syllable for each character, that take `durationMs`; the voice is that of recordings. */
export function speak(text: string, durationMs: number): PromptAudio {
  const heard = text.slice(0, MOST_CHARACTERS);
  const spoken = [...heard].some((mark) => isVoiced(mark.charCodeAt(0))) ? heard : FILLER;
  const length = Math.round(durationMs * SAMPLES_PER_MS);
  const stretch = durationMs / measureSpeech(spoken);
  const coming = soundsOf(speechOf(spoken), 0, 0)
    .map((sound) => stretchSound(sound, stretch))
    .values();
  let tone = nextTone(coming);
  return new PromptAudio(length, (position, samples) => {
    for (let i = 0; i < samples.length; i++) {
      while (tone !== null && tone.sound.to <= position + i) tone = nextTone(coming);
      samples[i] = tone === null ? 0 : sampleAt(tone, position + i);
    }
  });
}

function nextTone(coming: Iterator<Sound, undefined>): Tone | null {
  const { value } = coming.next();
  return value === undefined ? null : prepareTone(value);
}

function sampleAt(tone: Tone, at: number): number {
  if (at < tone.sound.from) return 0;
  return Math.max(-32_768, Math.min(32_767, Math.round(sampleTone(tone, at))));
}

function stretchSound(sound: Sound, stretch: number): Sound {
  return { ...sound, from: Math.round(sound.from * stretch), to: Math.round(sound.to * stretch) };
}

/** A dialogue of the robot's one turn, at the pace of speed 0. */
function speechOf(text: string): Dialogue {
  const turn = {
    ...({ seq: 0, role: 'robot', nodeId: '', nodeName: '', nodeType: 'AnyNode' } as const),
    ...{
      contentId: '',
      questionId: '',
      textRobot: text,
      textMan: '',
      startMs: 0,
      endMs: measureSpeech(text),
    },
  };
  return { turns: [turn], context: {}, stop: { kind: 'end', atMs: turn.endMs, by: 'robot' } };
}
