/**
 * Why there is no session: no pair of ports is free; a port cannot be bound, whoever asks; the media are closed;
 * the worker thread died.
 */
export type MediaErrorCode = 'no-port' | 'bind-failed' | 'closed' | 'worker-failed';

export class MediaError extends Error {
  override readonly name = 'MediaError';
  readonly code: MediaErrorCode;

  constructor(code: MediaErrorCode, message: string, cause?: Error) {
    super(message, { cause });
    this.code = code;
  }
}
