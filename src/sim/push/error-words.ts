import { readCode } from './exchange.ts';

const CERTIFICATE_CODE = /CERT|SELF_SIGNED|VERIFY|HOSTNAME_MISMATCH|INVALID_CA|CRL/;

/** Why an attempt brought no answer, in words that stand in the journal and in `/_sim/pushes`. */
export function explainError(error: Error, context: { hostname: string; begun: boolean }): string {
  const code = readCode(error);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `${code} ${context.hostname}`;
  if (error.name === 'HTTPParserError') return `not an HTTP answer: ${error.message}`;
  if (CERTIFICATE_CODE.test(code)) {
    // Behind the semicolon Node advises a flag of its own.
    return `certificate: ${error.message.split(';')[0]}`;
  }
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return `TLS: ${readReason(error)}`;
  switch (code) {
    case 'UND_ERR_SOCKET':
      if (!/^(other side )?closed$/.test(error.message)) return error.message;
      return context.begun ? 'closed in the middle of the answer' : 'closed without an answer';
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return 'closed in the middle of the answer';
    case 'UND_ERR_HEADERS_OVERFLOW':
      return "the answer's headers are over 16 KiB";
    case 'UND_ERR_DESTROYED':
    case 'UND_ERR_CLOSED':
      return 'aborted: the simulator is closing';
    default:
      return /^E[A-Z0-9]+$/.test(code) ? code : error.message;
  }
}

/** `timed out after 3 s`, `timed out after 0.25 s`. */
export function explainTimeout(timeoutMs: number): string {
  return `timed out after ${timeoutMs / 1000} s`;
}

function readReason(error: Error): string {
  return 'reason' in error ? String(error.reason) : error.message;
}
