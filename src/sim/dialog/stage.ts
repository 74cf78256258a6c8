import { draw } from '../random.ts';
import type { DialogueInput, OutsideInput, Turn } from './dialogue.ts';
import { type EndedBy, type Ending, MOST_MS } from './ending.ts';

/** The dialogue as it has happened so far, with the bounds it must keep. Local to one run. */
export interface Stage {
  readonly chance: DialogueInput['chance'];
  readonly ending: Ending;
  readonly turns: Turn[];
  /** When the last turn ended. */
  nowMs: number;
  cutMs: number;
  /** When the world outside hung up. */
  readonly hangMs: number;
  readonly hangBy: EndedBy;
  lastTag: string | undefined;
  tagMax: string | undefined;
  tagMin: string | undefined;
  end: { readonly kind: 'end'; readonly atMs: number; readonly by: EndedBy } | null;
}

export function openStage(input: DialogueInput, ending: Ending): Stage {
  const hangup = input.outside.find((one) => one.kind === 'hangup') as
    | Extract<OutsideInput, { kind: 'hangup' }>
    | undefined;
  return {
    chance: input.chance,
    ending,
    turns: [],
    nowMs: 0,
    cutMs: ending.afterTag === null ? ending.cutMs : MOST_MS,
    hangMs: hangup?.atMs ?? Number.POSITIVE_INFINITY,
    hangBy: hangup?.by ?? 'customer',
    lastTag: undefined,
    tagMax: undefined,
    tagMin: undefined,
    end: null,
  };
}

/** Adds a turn, or as much of it as there is time for. @returns whether the call goes on after it */
export function addTurn(stage: Stage, turn: Turn): boolean {
  if (stage.cutMs <= turn.startMs && mayMoveCut(stage)) moveCutInto(stage, turn);
  const stopMs = Math.min(stage.cutMs, stage.hangMs);
  if (turn.startMs >= stopMs) return stop(stage, stopMs);
  if (turn.role === 'robot') passTag(stage, turn);
  // Passing its tag may have set the cut free.
  const lateStopMs = Math.min(stage.cutMs, stage.hangMs);
  if (turn.endMs > lateStopMs) {
    stage.turns.push(cutTurn(turn, lateStopMs));
    return stop(stage, lateStopMs);
  }
  stage.turns.push(turn);
  stage.nowMs = turn.endMs;
  return true;
}

/** Ends the dialogue after its last turn, `restMs` later at the earliest. */
export function finish(stage: Stage, by: EndedBy, restMs = 0): void {
  const { ending } = stage;
  const atMs = Math.max(stage.nowMs + restMs, ending.leastMs);
  const stopMs = Math.min(stage.cutMs, stage.hangMs);
  if (stopMs < atMs) stop(stage, Math.max(stopMs, stage.nowMs));
  else stage.end = { kind: 'end', atMs, by: ending.mustCut ? ending.cutBy : by };
}

/** Whether the call is over before `atMs`; then its end is set. */
export function isOverBefore(stage: Stage, atMs: number): boolean {
  const cutMs = mayMoveCut(stage) ? Number.POSITIVE_INFINITY : stage.cutMs;
  const stopMs = Math.min(cutMs, stage.hangMs);
  if (stopMs > atMs) return false;
  stop(stage, Math.max(stopMs, stage.nowMs));
  return true;
}

/** Puts the cut somewhere within a turn: nobody hangs up or drops off between two turns, nor after the last (choice). */
export function moveCutInto(stage: Stage, turn: Turn): void {
  const lastsMs = turn.endMs - turn.startMs;
  if (lastsMs < 2) return;
  const share = 0.2 + draw(stage.chance, 'cut-share') * 0.6;
  stage.cutMs = turn.startMs + Math.max(1, Math.floor(lastsMs * share));
}

function mayMoveCut({ ending, cutMs }: Stage): boolean {
  return ending.mustCut && !ending.exact && cutMs < MOST_MS;
}

function stop(stage: Stage, atMs: number): false {
  const byOutside = stage.hangMs <= stage.cutMs;
  stage.end = { kind: 'end', atMs, by: byOutside ? stage.hangBy : stage.ending.cutBy };
  return false;
}

function passTag(stage: Stage, turn: Turn): void {
  const { tag } = turn;
  if (tag === undefined) return;
  stage.lastTag = tag;
  if (stage.tagMax === undefined || tag < stage.tagMax) stage.tagMax = tag;
  if (stage.tagMin === undefined || tag > stage.tagMin) stage.tagMin = tag;
  if (tag === stage.ending.afterTag && stage.cutMs === MOST_MS) {
    stage.cutMs = Math.max(stage.ending.cutMs, turn.startMs);
    if (stage.cutMs === turn.startMs) moveCutInto(stage, turn);
  }
}

/** A turn that was cut off: what had been said by then, and no branch taken. */
function cutTurn(turn: Turn, atMs: number): Turn {
  if (turn.role === 'robot') return { ...turn, endMs: atMs };
  const { speakMs, keys, ...rest } = turn;
  const hits = turn.hits?.map((view) => ({ ...view, pick: false })) ?? [];
  if (speakMs === undefined || speakMs >= atMs) return { ...rest, hits, endMs: atMs, textMan: '' };
  const share = (atMs - speakMs) / (turn.endMs - speakMs);
  const shorten = (text: string): string => text.slice(0, Math.ceil(text.length * share));
  return {
    ...rest,
    hits,
    speakMs,
    endMs: atMs,
    textMan: shorten(turn.textMan),
    ...(keys === undefined ? null : { keys: shorten(keys) }),
  };
}
