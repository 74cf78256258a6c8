import { type Chance, draw, drawWeighted } from '../../random.ts';

/** How one customer talks and listens, drawn once for a call. All figures are (choice). */
export interface Mood {
  readonly name: string;
  /** Speaking time, relative to the robot's at speed 0. */
  readonly tempo: number;
  /** ms from the end of the robot's words to the customer's first, least and most. */
  readonly thinkMs: readonly [number, number];
  /** Likelihood of no answer, and of one that no branch understands. */
  readonly silence: number;
  readonly unclear: number;
  /** Likelihood of a filler before the answer, and the fillers. */
  readonly filler: number;
  readonly fillers: readonly string[];
}

const MOODS: readonly { readonly value: Mood; readonly weight: number }[] = [
  {
    weight: 30,
    value: {
      name: 'polite',
      tempo: 1,
      thinkMs: [350, 1300],
      silence: 0.02,
      unclear: 0.03,
      filler: 0.3,
      fillers: ['嗯，', '哦，', '嗯嗯，', '啊，'],
    },
  },
  {
    weight: 24,
    value: {
      name: 'curt',
      tempo: 0.82,
      thinkMs: [200, 700],
      silence: 0.02,
      unclear: 0.02,
      filler: 0,
      fillers: [],
    },
  },
  {
    weight: 22,
    value: {
      name: 'hesitant',
      tempo: 1.2,
      thinkMs: [700, 2600],
      silence: 0.06,
      unclear: 0.05,
      filler: 0.55,
      fillers: ['呃，', '嗯……', '这个嘛，', '那个，', '我想想啊，'],
    },
  },
  {
    weight: 16,
    value: {
      name: 'chatty',
      tempo: 0.92,
      thinkMs: [250, 900],
      silence: 0.01,
      unclear: 0.04,
      filler: 0.5,
      fillers: ['哎，', '哦哦，', '哎呀，', '啊这样，', '是这样，'],
    },
  },
  {
    weight: 5,
    value: {
      name: 'noisy',
      tempo: 1.05,
      thinkMs: [500, 1800],
      silence: 0.08,
      unclear: 0.45,
      filler: 0.3,
      fillers: ['喂喂，', '啊，'],
    },
  },
  {
    weight: 3,
    value: {
      name: 'absent',
      tempo: 1.1,
      thinkMs: [900, 3200],
      silence: 0.6,
      unclear: 0.05,
      filler: 0.2,
      fillers: ['哦，', '啊，'],
    },
  },
];

export function drawMood(chance: Chance): Mood {
  return drawWeighted(chance, 'mood', MOODS);
}

const FILLER_STARTS = new Set([...'嗯哦啊呃喂哎诶那这行您你']);

/** The answer as this customer would begin it: short Chinese answers get a filler now and then. */
export function addFiller(mood: Mood, text: string, point: number): string {
  const first = text[0];
  if (point >= mood.filler || first === undefined || text.length > 16) return text;
  const unit = first.charCodeAt(0);
  if (unit < 0x3400 || unit > 0x9fff || FILLER_STARTS.has(first)) return text;
  return (mood.fillers[Math.floor((point / mood.filler) * mood.fillers.length)] ?? '') + text;
}

/** ms until the customer's first word. */
export function drawThinking(mood: Mood, chance: Chance, exchange: number): number {
  const [least, most] = mood.thinkMs;
  return least + Math.floor(draw(chance, 'think', exchange) ** 1.5 * (most - least));
}
