import type { SipRequest } from '../message/message.ts';
import { headerOf } from '../message/message.ts';
import { decodeText } from '../message/text.ts';

/** Whom a call is for: what its INVITE says in headers of the platform's own (doc, seed 000 section 3.2). */
export interface CallHeaders {
  readonly businessId: string;
  readonly appId: string;
  readonly robotId: string;
  readonly relationId: string;
}

const NAMES: Readonly<Record<keyof CallHeaders, string>> = {
  businessId: 'X-business-id',
  appId: 'X-app-id',
  robotId: 'X-robot-id',
  relationId: 'X-call-relation-id',
};

/** No id is longer (choice). */
const MOST_CHARS = 256;

/** @returns the headers, or what is wrong with them in words */
export function readCallHeaders(request: SipRequest): CallHeaders | string {
  const missing: string[] = [];
  const tooLong: string[] = [];
  const read = (key: keyof CallHeaders) => {
    const value = decodeText(headerOf(request, NAMES[key].toLowerCase()) ?? '');
    if (value === '') missing.push(NAMES[key]);
    if (value.length > MOST_CHARS) tooLong.push(NAMES[key]);
    return value;
  };
  const headers = {
    businessId: read('businessId'),
    appId: read('appId'),
    robotId: read('robotId'),
    relationId: read('relationId'),
  };
  if (missing.length > 0) return `missing: ${missing.join(', ')}`;
  return tooLong.length > 0 ? `over ${MOST_CHARS} characters: ${tooLong.join(', ')}` : headers;
}
