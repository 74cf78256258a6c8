import type { Call } from '../call/call.ts';

/** Body of a `getDialogContext` request: the four headers of the INVITE (doc, seed 001 part 3). */
export interface ContextRequestBody {
  call_relation_id: string;
  business_id: string;
  app_id: string;
  robot_id: string;
}

/** What a pull brought, or why not. */
export interface PulledValues {
  readonly values: Readonly<Record<string, string>>;
  /** For the call's timeline. */
  readonly note?: string;
}

export function contextRequest(call: Call): ContextRequestBody {
  return {
    call_relation_id: call.relationId ?? '',
    business_id: call.businessId,
    app_id: call.appId,
    robot_id: call.robotId,
  };
}

/**
 * Reads the answer: a JSON map of strings. Numbers and booleans are taken as their text, what else stands in the map
 * is left out, both with a note (choice); anything but a map brings nothing.
 */
export function readContext(answer: string): PulledValues {
  const data = parseJson(answer);
  if (data === undefined) return { values: {}, note: `the answer is not JSON: ${quote(answer)}` };
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return { values: {}, note: `the answer is not a map: ${quote(answer)}` };
  }
  const entries = Object.entries(data);
  const taken = entries.filter(([, value]) => isScalar(value));
  const strange = entries.filter(([, value]) => typeof value !== 'string');
  const values = Object.fromEntries(taken.map(([key, value]) => [key, String(value)]));
  if (strange.length === 0) return { values };
  return { values, note: `not a string: ${strange.map(([key]) => key).join(', ')}` };
}

/** The value of a JSON text; undefined if it is none. */
export function parseJson(text: string): unknown {
  try {
    // Some servers send a byte order mark.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

/** The start of an answer as it stands in a note. */
export function quote(text: string): string {
  if (text === '') return 'nothing';
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
