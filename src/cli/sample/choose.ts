import type { Fixtures, Line, Robot } from '../../sim/account/account.ts';
import { ConfigurationError } from '../../sim/configuration-error.ts';
import { VerbFailure } from '../verb.ts';

export interface RobotWish {
  readonly direction: 'outbound' | 'inbound';
  readonly robotId?: string | null;
  readonly asksOutside?: boolean;
}

/** The robot that is asked for, or the first published one that will do; dynamic ones are taken for inbound calls only. */
export function chooseRobot(
  { robots }: Fixtures,
  businessId: string,
  { direction, robotId = null, asksOutside = false }: RobotWish,
): Robot {
  const published = robots.filter(
    (robot) => robot.businessId === businessId && robot.status === 4 && !robot.deleted,
  );
  if (robotId !== null) {
    const robot = published.find((one) => one.robotId === robotId);
    if (robot !== undefined) return robot;
    const expected = `one of ${published.map((one) => one.robotId).join(', ')}`;
    throw new ConfigurationError([{ place: '--robot', found: `"${robotId}"`, expected }]);
  }
  const able = published.filter(
    ({ script }) => !asksOutside || script.nodes.some(({ code }) => code !== undefined),
  );
  const type = direction === 'inbound' ? 2 : 1;
  const robot = able.find((one) => one.type === type) ?? able[0];
  if (robot !== undefined) return robot;
  const what = asksOutside ? 'robot whose script has a node with a code' : 'published robot';
  throw new VerbFailure(`enterprise ${businessId} of the fixtures has no ${what}`);
}

/** A line that can be called over at any hour, if there is one. */
export function chooseLine({ lines }: Fixtures, businessId: string): Line {
  const own = lines.filter((line) => line.businessId === businessId);
  const line = own.find(({ timeWork }) => timeWork.length === 0) ?? own[0];
  if (line === undefined) throw new VerbFailure(`enterprise ${businessId} of the fixtures has no line`);
  return line;
}
