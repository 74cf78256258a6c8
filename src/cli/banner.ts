import { formatInstant } from '../sim/time/calendar.ts';
import type { Simulator } from '../simulator.ts';

const SHOWN_ACCOUNTS = 4;

/** What a person wants to know after the start: credentials, where to look, and a line that makes a call at once. */
export function writeBanner(simulator: Simulator): string {
  const { url, app, settings, simulation } = simulator;
  const { clock, config } = simulation;
  const mode = clock.mode === 'scaled' ? `x${clock.speed}` : clock.mode;
  const robot = simulation.fixtures.robots.find(
    (entry) => entry.businessId === app.businessId && entry.status === 4,
  );
  const line = simulation.fixtures.lines.find(
    (entry) => entry.businessId === app.businessId && entry.timeWork.length === 0,
  );
  const lines = [
    '',
    `  app_key     ${app.appKey}`,
    `  app_secret  ${app.appSecret}`,
    `  clock       ${mode}, ${formatInstant(clock.target)}   seed ${config.seed}   state ${settings.dataDir ?? 'in memory'}`,
    `  pushes go   ${settings.pushUrl ?? 'to the built-in receiver; --push-url URL sends them to yours'}`,
    ...(simulator.tlsUrl === null
      ? []
      : [`  https       ${simulator.tlsUrl}   also for clients of www.xfyeta.com whose proxy is ${url}`]),
    ...writePhones(simulator),
    ...(simulator.adminToken === null
      ? []
      : [`  admin       Authorization: Bearer ${simulator.adminToken}   (needed on /_sim/)`]),
    `  look at     ${url}/_sim/pushes   ${url}/_sim/calls   ${url}/_sim/receiver`,
    `  read        ${url}/docs (the platform)   ${url}/_sim/docs (the simulator)`,
    '',
  ];
  if (robot !== undefined && line !== undefined) {
    const row = robot.callColumn.map((_, index) => (index === 0 ? '19900005001' : '张先生'));
    const body = JSON.stringify({
      line_num: line.lineNum,
      robot_id: robot.robotId,
      call_column: robot.callColumn,
      call_list: [row],
    });
    lines.push(
      `  Make one short call${clock.mode === 'manual' ? '' : '; its pushes arrive within half a minute'}:`,
      '',
      `  TOKEN=$(curl -s ${url}/openapi/oauth/v1/token -d '${JSON.stringify({ app_key: app.appKey, app_secret: app.appSecret })}' | sed 's/.*"token":"\\([0-9a-f]*\\)".*/\\1/'); curl -s "${url}/openapi/outbound/v1/task/callout?token=$TOKEN" -d '${body}'`,
      '',
    );
  }
  if (clock.mode === 'manual') {
    lines.push(
      '  The clock stands still; move it, and its pushes arrive:',
      '',
      `  curl -s ${url}/_sim/clock/advance -d '{"until":"idle"}'`,
      '',
    );
  }
  return `${lines.join('\n')}\n`;
}

/** The same for a program. */
export function describeStart({ url, tlsUrl, app, adminToken, sipPort, simulation }: Simulator) {
  const { clock, config } = simulation;
  const { mode, speed, target } = clock;
  return {
    ready: true,
    url,
    tlsUrl,
    appKey: app.appKey,
    appSecret: app.appSecret,
    adminToken,
    sipPort,
    clock: { now: formatInstant(target), nowMs: target, mode, speed },
    seed: config.seed,
  };
}

/** Where phones register, and as whom. */
function writePhones({ sipPort, settings, simulation }: Simulator): string[] {
  if (sipPort === null) return [];
  const accounts = simulation.fixtures.sipAccounts.slice(0, SHOWN_ACCOUNTS);
  const who = accounts.map(({ user, password }) => `${user} / ${password}`).join(', ');
  return [`  sip         ${settings.sipHost ?? '127.0.0.1'}:${sipPort} over UDP and TCP   accounts ${who}`];
}
