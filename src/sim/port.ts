/** What the simulation asks of the world outside. Every method may take wall time; its outcome comes back as a command. */

/** One HTTP attempt at an integrator's URL. */
export interface AttemptRequest {
  /** Absolute, or relative below `/_sim/`: then it is delivered in process. */
  readonly url: string;
  readonly body: string;
  /** Wall ms for connecting, sending and reading together. */
  readonly timeoutMs: number;
}

/** What came of an attempt: data, never an exception. */
export interface AttemptOutcome {
  /** Wall ms. */
  readonly tookMs: number;
  readonly status: number | null;
  /** The whole body up to 64 KiB, decoded leniently as UTF-8; null if none was received whole. */
  readonly answer: string | null;
  /** In words: `timed out after 3 s`, `ECONNREFUSED`; null if an answer came in time. */
  readonly error: string | null;
  readonly timedOut: boolean;
  /** Ended by our own close: nothing is known of it. */
  readonly isAborted?: boolean;
}

export interface HttpPort {
  attempt(request: AttemptRequest): Promise<AttemptOutcome>;
  /** Aborts what is in flight and closes all sockets. */
  close(): Promise<void>;
  /** Urls of the attempts under way. */
  inFlight(): readonly string[];
  /** What is open, a line each; nothing after `close`. */
  held(): readonly string[];
}

/** Whoever serves real phones (spec 4.3, 4.4); a simulation without anybody rings nobody. */
export interface PhonePort {
  /** Whether a phone is registered with a SIP account at this moment. */
  isReachable(user: string): boolean;
  /** Told after a commit which calls of real phones it changed, new ones too; null: all that were known are gone. */
  changed(callIds: readonly number[] | null): void;
}

/** The lines of one enterprise's failure file, streamed; each is one line of JSON without its newline. */
export interface FailureFile {
  /** Relative path below the folder of push files: `<business_id>/<yyyy-MM-dd>/<name>.zip`. */
  readonly path: string;
  /** Lines by module; every page is at most a few thousand lines. */
  readonly modules: readonly { readonly module: string; lines(): Iterable<string> }[];
}

export interface FilePort {
  /** Writes the zip and makes it appear under its name only when complete; writing it again gives the same file. */
  write(file: FailureFile): Promise<{ bytes: number }>;
  remove(path: string): Promise<void>;
}
