import type { App, Line, Robot } from '../account/account.ts';
import { hasChannelForInbound, isExpired, type LineState } from '../account/line-state.ts';
import { Refusal } from '../refusal.ts';
import { isWithin } from '../time/calendar.ts';
import type { World } from '../world.ts';

/** Who calls in for whom. */
export interface InboundRequest {
  /** Null: the app's. */
  readonly businessId?: string | null;
  readonly appId: string;
  /** The app of the account that calls; null: anybody calls. */
  readonly accountAppId?: string | null;
  readonly robotId: string;
  /** Null: the enterprise's first line with a free channel. */
  readonly lineNum: string | null;
}

/**
 * Checks an inbound call in the order of spec 4.1; the first row that applies refuses.
 * @throws Refusal app-disabled, no-right, wrong-enterprise, wrong-robot, wrong-relation, outside-working-time, line-held
 */
export function admitInbound(world: World, request: InboundRequest): { app: App; robot: Robot; line: Line } {
  const { appId, robotId, accountAppId = null } = request;
  const app = world.accounts.app(appId);
  const businessId = request.businessId ?? app?.businessId ?? null;
  if (businessId !== null && world.accounts.enterprise(businessId)?.enabled !== true) {
    throw new Refusal('wrong-enterprise', `enterprise ${businessId} is unknown or disabled`);
  }
  if (app === undefined || app.businessId !== businessId) {
    throw new Refusal(
      'app-disabled',
      `no app ${appId}${businessId === null ? '' : ` of enterprise ${businessId}`}`,
    );
  }
  if (accountAppId !== null && accountAppId !== appId) {
    throw new Refusal('app-disabled', `the account that calls is of app ${accountAppId}, not ${appId}`);
  }
  if (!app.enabled) throw new Refusal('app-disabled', `app ${appId} is disabled`);
  if (app.type === 0) throw new Refusal('no-right', `app ${appId} is outbound only`);
  const robot = world.accounts.robot(robotId);
  if (robot === undefined || robot.businessId !== app.businessId || robot.deleted || robot.status !== 4) {
    throw new Refusal('wrong-robot', `no published robot ${robotId} in enterprise ${app.businessId}`);
  }
  return { app, robot, line: admitLine(world, app, request.lineNum).line };
}

function admitLine(world: World, app: App, lineNum: string | null): LineState {
  const lines = world.accounts
    .lines(app.businessId)
    .filter((line) => (lineNum === null || line.lineNum === lineNum) && !isExpired(line, world.now))
    .flatMap((line) => world.lines.get(line.lineNum) ?? []);
  const which = lineNum === null ? `any line of enterprise ${app.businessId}` : `line ${lineNum}`;
  if (lines.length === 0) throw new Refusal('wrong-relation', `${which}: there is none, or it has expired`);
  const open = lines.filter((state) => isWithin(state.hours, world.now));
  if (open.length === 0) throw new Refusal('outside-working-time', `${which}: outside working time`);
  const free = open.find(hasChannelForInbound);
  if (free === undefined) throw new Refusal('line-held', `${which}: all channels are busy`);
  return free;
}
