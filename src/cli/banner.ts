import { overlayUrls } from '../push-url.ts';
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
    `  app_key     ${app.appKey || 'none: the fixtures have no app'}`,
    `  app_secret  ${app.appSecret}`,
    `  clock       ${mode}, ${formatInstant(clock.target)}   seed ${config.seed}   state ${settings.dataDir ?? 'in memory'}`,
    `  pushes go   ${describeUrls(simulator)}`,
    ...(simulator.tlsUrl === null
      ? []
      : [`  https       ${simulator.tlsUrl}   also for clients of www.xfyeta.com whose proxy is ${url}`]),
    ...writePhones(simulator),
    ...(simulator.adminToken === null
      ? []
      : [`  admin       Authorization: Bearer ${simulator.adminToken}   (needed on /_sim/)`]),
    `  look at     ${url}/_sim/calls   ${url}/_sim/pushes   ${url}/_sim/requests (why one was refused)`,
    `  read        ${url}/docs (the platform)   ${url}/_sim/docs (the simulator)`,
    '',
  ];
  if (app.appKey !== '' && robot !== undefined && line !== undefined) {
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
  } else {
    lines.push(
      '  No call to paste: that takes an app, and a published robot and a line without hours of its enterprise.',
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

const BUILT_IN = '/_sim/receiver';

/** Where the pushes of the first app's enterprise go. */
function describeUrls({ settings, simulation, app }: Simulator): string {
  if (settings.pushUrl !== undefined && settings.urls === undefined) return settings.pushUrl;
  const { urls } = overlayUrls(simulation.fixtures, settings);
  const own = urls.filter(({ businessId, enabled }) => businessId === app.businessId && enabled);
  const places = [
    ...new Set(own.map(({ url }) => (url.startsWith(BUILT_IN) ? 'the built-in receiver' : url))),
  ];
  if (places.length === 0) return 'nowhere: the fixtures name no url; --push-url URL sends them to yours';
  const isBuiltIn = places.length === 1 && own[0]?.url.startsWith(BUILT_IN);
  return `to ${places.join(', ')}${isBuiltIn ? '; --push-url URL sends them to yours' : ''}`;
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
