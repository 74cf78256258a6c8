import { closeFiles } from '../../sim/push/day-end.ts';
import { defineRoute } from './http/route.ts';
import { changeState } from './http/state.ts';

export const pushFileRoutes = [
  defineRoute({
    method: 'POST',
    path: '/push-files/close',
    summary:
      "Closes the failure files of all days up to now, today's too; answers when their zips are written",
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
