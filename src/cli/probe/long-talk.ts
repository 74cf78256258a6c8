import type { RuleOutcome } from '../../library/rule.ts';
import type { Fixtures, Robot } from '../../sim/account/account.ts';
import { parseFixtures } from '../../sim/account/fixture.ts';
import { chooseRobot } from '../sample/choose.ts';

/** A dialogue that goes round in circles ends after 300 turns; no call of a script that makes sense gets there. */
const SCRIPT = {
  start: '提问',
  nodes: [
    {
      name: '提问',
      type: 'NormalNode',
      text: '请问您对我们的服务还有什么意见或者建议吗？',
      hits: [{ hit: '继续', to: '追问', says: ['有的，我再说一点。', '还有一件事情。', '嗯，另外呢……'] }],
      next: '追问',
    },
    {
      name: '追问',
      type: 'NormalNode',
      text: '好的，您的意见已经记录，请您继续。',
      hits: [
        { hit: '继续', to: '提问', says: ['就是等的时间太长了。', '工作人员态度挺好的。', '地方不太好找。'] },
        { hit: '结束', to: '再见' },
      ],
      next: '提问',
    },
    { name: '再见', type: 'EndNode', text: '感谢您的宝贵意见，再见！' },
  ],
};

/** Nothing cuts it short, and the customer always has an answer. */
export const LONG_TALK: RuleOutcome = {
  result: 0,
  talkMs: 45 * 60_000,
  walk: Array.from({ length: 150 }, () => '继续'),
};

/** The same fixtures, with a robot that talks on and on in the place of the one that would talk. */
export function makeTalkative(fixtures: Fixtures, businessId: string): Fixtures {
  const robot = chooseRobot(fixtures, businessId, { direction: 'outbound' });
  const [written] = parseFixtures({
    enterprises: [{ id: businessId, name: 'x' }],
    robots: [
      {
        robotId: robot.robotId,
        businessId,
        name: robot.name,
        callColumn: robot.callColumn,
        status: 4,
        type: 1,
        timeCreate: 0,
        script: SCRIPT,
      },
    ],
  }).robots;
  const talkative: Robot = { ...robot, script: written?.script ?? robot.script };
  return { ...fixtures, robots: fixtures.robots.map((one) => (one === robot ? talkative : one)) };
}
