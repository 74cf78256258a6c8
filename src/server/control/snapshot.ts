import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { SnapshotError } from '../../sim/store/snapshot.ts';
import { formatInstant } from '../../sim/time/calendar.ts';
import { streamFile } from '../files/stream-file.ts';
import { clockAnswer, refuseWhileBusy, writeClock } from './clock.ts';
import { schema } from './http/answer.ts';
import { ControlError } from './http/error.ts';
import { defineRoute } from './http/route.ts';

const TYPE = 'application/vnd.sqlite3';

const restoredAnswer = schema(() =>
  z.object({
    version: z.string().meta({ description: 'of the yeta-sim that it was taken by' }),
    seed: z.int(),
    clock: clockAnswer(),
  }),
);

export const snapshotRoutes = [
  defineRoute({
    method: 'GET',
    path: '/snapshot',
    summary: 'The whole state in one file, the secrets of its fixtures included',
    produces: TYPE,
    answer: schema(() => z.unknown()),
    async run({ scope: { simulation, server } }) {
      refuseWhileBusy(simulation);
      const at = formatInstant(simulation.clock.target).slice(0, 19).replaceAll(':', '');
      const file = await simulation.takeSnapshot(server.version);
      return new Response(streamFile(file), {
        headers: {
          'Content-Type': TYPE,
          'Content-Length': String(file.size),
          'Content-Disposition': `attachment; filename="yeta-sim-${at}.sqlite"`,
          'Cache-Control': 'no-store',
        },
      });
    },
  }),
  defineRoute({
    method: 'PUT',
    path: '/snapshot',
    summary:
      'Puts a snapshot in the place of all that is there; journals are emptied, the clock goes on from its instant',
    reads: 'file',
    body: z.unknown() as z.ZodType<AsyncIterable<Uint8Array>>,
    answer: restoredAnswer,
    async run({ scope, body }) {
      const { simulation, journal, receiver, snapshotBytes } = scope;
      const place = await simulation.openSnapshotPlace();
      try {
        await receive(body, place.path, snapshotBytes);
        // Loaded only now: a start reads no fixtures that it is not given.
        const { examineFixtures } = await import('../../sim/account/fixture.ts');
        refuseWhileBusy(simulation);
        const { version } = await withControlErrors(() =>
          simulation.putSnapshot(place.path, examineFixtures),
        );
        journal.clear();
        receiver.clear();
        return { version, seed: simulation.config.seed, clock: writeClock(simulation) };
      } finally {
        await place.remove();
      }
    },
  }),
];

/** Writes it as it comes. What goes over is read to its end, so that the answer is heard. @throws ControlError too-large */
async function receive(body: AsyncIterable<Uint8Array>, path: string, mostBytes: number): Promise<void> {
  let bytes = 0;
  await pipeline(
    body,
    async function* (pieces) {
      for await (const piece of pieces) {
        bytes += piece.length;
        if (bytes <= mostBytes) yield piece;
      }
    },
    createWriteStream(path),
  );
  if (bytes > mostBytes)
    throw new ControlError('too-large', `body: ${bytes} bytes, expected ${mostBytes} at most`);
}

async function withControlErrors<T>(command: () => Promise<T>): Promise<T> {
  try {
    return await command();
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    throw new ControlError(`snapshot-${error.reason}`, `body: ${error.message}`);
  }
}
