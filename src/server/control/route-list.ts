import { appRoutes } from './app.ts';
import { callRoutes } from './call.ts';
import { clockRoutes } from './clock.ts';
import { docsRoutes } from './docs.ts';
import { endpointRoutes } from './endpoint.ts';
import { enterpriseRoutes } from './enterprise.ts';
import { eventRoutes } from './event/event.ts';
import { faultRoutes } from './fault.ts';
import { findingRoutes } from './finding.ts';
import { healthRoutes } from './health.ts';
import type { Route } from './http/route.ts';
import { pushRoutes } from './push.ts';
import { pushFileRoutes } from './push-file.ts';
import { receiverRoutes } from './receiver.ts';
import { requestRoutes } from './request.ts';
import { resetRoutes } from './reset.ts';
import { ruleRoutes } from './rule.ts';
import { sipRoutes } from './sip.ts';
import { snapshotRoutes } from './snapshot.ts';
import { taskRoutes } from './task.ts';
import { tokenRoutes } from './token.ts';
import { universeRoutes } from './universe.ts';
import { urlRoutes } from './url.ts';
import { waitRoutes } from './wait/wait.ts';

/** Every route of the control API, in the order of spec 5.2; documents are made of them and of their schemas. */
export const CONTROL_ROUTES: readonly Route[] = [
  ...healthRoutes,
  ...resetRoutes,
  ...clockRoutes,
  ...requestRoutes,
  ...findingRoutes,
  ...pushRoutes,
  ...callRoutes,
  ...sipRoutes,
  ...snapshotRoutes,
  ...taskRoutes,
  ...ruleRoutes,
  ...faultRoutes,
  ...endpointRoutes,
  ...tokenRoutes,
  ...appRoutes,
  ...enterpriseRoutes,
  ...urlRoutes,
  ...receiverRoutes,
  ...pushFileRoutes,
  ...waitRoutes,
  ...eventRoutes,
  ...universeRoutes,
  ...docsRoutes(() => CONTROL_ROUTES),
];
