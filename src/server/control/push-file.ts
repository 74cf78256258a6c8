import { z } from 'zod';
import { closeFiles } from '../../sim/push/day-end.ts';
import { schema } from './http/answer.ts';
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
      await simulation.writeFiles();
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
