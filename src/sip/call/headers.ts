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

/** @returns the headers, or the names of those that are missing or empty */
export function readCallHeaders(request: SipRequest): CallHeaders | readonly string[] {
  const missing: string[] = [];
  const read = (key: keyof CallHeaders) => {
    const value = decodeText(headerOf(request, NAMES[key].toLowerCase()) ?? '');
    if (value === '') missing.push(NAMES[key]);
    return value;
  };
  const headers = {
    businessId: read('businessId'),
    appId: read('appId'),
    robotId: read('robotId'),
    relationId: read('relationId'),
  };
  return missing.length === 0 ? headers : missing;
}
