import { createReadStream } from 'node:fs';
import { dialogueOf } from '../../sim/call/dialogue-of.ts';
import { idOfUuid } from '../../sim/call/uuid.ts';
import { parseRecordingPath, type RecordingPlace } from '../../sim/recording/path.ts';
import { recordingOf } from '../../sim/recording/recording.ts';
import { recordingBytes } from '../../sim/recording/wav.ts';
import type { Simulation } from '../../sim/simulation.ts';
import type { World } from '../../sim/world.ts';
import type { VoiceFile, VoiceSource } from './voice.ts';

/** Where recordings of real phones are kept. */
export interface RecordingShelf {
  /** The path of a file that is whole; null if there is none of this name. */
  find(file: string): Promise<string | null>;
}

/**
 * Recordings of simulated calls are made from the dialogue when they are asked for, nothing is stored (spec 2.6);
 * those of real phones are files.
 * @param simulationOf by the `<n>` of a path
 */
export function createRecordingSource(
  simulationOf: (number: string) => Simulation,
  shelf: RecordingShelf,
): VoiceSource {
  return {
    async find(path) {
      const place = parseRecordingPath(path);
      if (place === null) return null;
      const found = await simulationOf(place.number).read((world) => findRecording(world, path, place));
      return found !== null && 'file' in found ? openFile(found, shelf) : found;
    },
  };
}

/** A recording that is kept as a file. */
interface KeptRecording {
  readonly file: string;
  readonly size: number;
  readonly etag: string;
}

function findRecording(world: World, path: string, place: RecordingPlace): VoiceFile | KeptRecording | null {
  const id = idOfUuid(world.seed, place.callUuid);
  const call = id === null || !Number.isSafeInteger(id) ? null : world.call(id);
  if (call === null || call.state !== 'ended' || call.answerAt === null || call.turbo) return null;
  if (call.phone !== null && call.phone.recording === null) return null;
  const recording = recordingOf(call);
  if (recording.path !== path) return null;
  const kept = call.phone?.recording ?? null;
  if (kept !== null) return { file: kept.file, size: kept.bytes, etag: `"${call.uuid}-${kept.bytes}"` };
  const dialogue = dialogueOf(world, call);
  return {
    size: recording.size,
    etag: `"${call.uuid}-${recording.size}"`,
    async *read(start, end) {
      yield* recordingBytes(call, dialogue, { start, end });
    },
  };
}

async function openFile(
  { file, size, etag }: KeptRecording,
  shelf: RecordingShelf,
): Promise<VoiceFile | null> {
  const path = await shelf.find(file);
  if (path === null) return null;
  return {
    size,
    etag,
    async *read(start, end) {
      if (start < end) yield* createReadStream(path, { start, end: end - 1 });
    },
  };
}
