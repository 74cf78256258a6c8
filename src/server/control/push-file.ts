import { z } from 'zod';
import { closeFiles } from '../../sim/push/day-end.ts';
import type { FileFailure } from '../../sim/push/file-writer.ts';
import { schema } from './http/answer.ts';
import { ControlError } from './http/error.ts';
import { defineRoute } from './http/route.ts';
import { changeState } from './http/state.ts';

const filesAnswer = schema(() =>
  z.object({
    files: z.array(
      z.object({
        businessId: z.string(),
        day: z.string(),
        path: z.string().meta({ description: 'below /push_download/' }),
        lines: z.int(),
      }),
    ),
  }),
);

export const pushFileRoutes = [
  defineRoute({
    method: 'POST',
    path: '/push-files/close',
    summary:
      "Closes the failure files of all days up to now, today's too; answers when their zips are written",
    answer: filesAnswer,
    async run({ scope: { simulation } }) {
      const files = await changeState(simulation, (world) => closeFiles(world, { today: true }));
      const failures = await simulation.writeFiles();
      if (failures.length > 0) throw explainFailures(failures);
      return {
        files: files.map(({ business_id: businessId, day, path, lines }) => ({
          businessId,
          day,
          path,
          lines,
        })),
      };
    },
  }),
];

function explainFailures(failures: readonly FileFailure[]): ControlError {
  const texts = failures.map(
    ({ path, error }) => `${path}: ${error instanceof Error ? error.message : error}`,
  );
  const hint = 'closed, but not written; it is tried again at the next close, midnight or start';
  return new ControlError('push-file-not-written', `${texts.join('; ')} (${hint})`, {
    paths: failures.map(({ path }) => path),
  });
}
