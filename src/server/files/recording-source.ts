import { dialogueOf } from '../../sim/call/dialogue-of.ts';
import { idOfUuid } from '../../sim/call/uuid.ts';
import { parseRecordingPath, type RecordingPlace } from '../../sim/recording/path.ts';
import { recordingOf } from '../../sim/recording/recording.ts';
import { recordingBytes } from '../../sim/recording/wav.ts';
import type { Simulation } from '../../sim/simulation.ts';
import type { World } from '../../sim/world.ts';
import type { VoiceFile, VoiceSource } from './voice.ts';

/**
 * Recordings of simulated calls: made from the dialogue when they are asked for, nothing is stored (spec 2.6).
 * @param simulationOf by the `<n>` of a path
 */
export function createRecordingSource(simulationOf: (number: string) => Simulation): VoiceSource {
  return {
    async find(path) {
      const place = parseRecordingPath(path);
      if (place === null) return null;
      return simulationOf(place.number).read((world) => findRecording(world, path, place));
    },
  };
}

function findRecording(world: World, path: string, place: RecordingPlace): VoiceFile | null {
  const id = idOfUuid(world.seed, place.callUuid);
  const call = id === null || !Number.isSafeInteger(id) ? null : world.call(id);
  if (call === null || call.state !== 'ended' || call.answerAt === null || call.turbo) return null;
  const recording = recordingOf(call);
  if (recording.path !== path) return null;
  const dialogue = dialogueOf(world, call);
  return {
    size: recording.size,
    etag: `"${call.uuid}-${recording.size}"`,
    async *read(start, end) {
      yield* recordingBytes(call, dialogue, { start, end });
    },
  };
}
