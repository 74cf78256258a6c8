/** A call to the platform, as the journal has it; secrets are masked. */
export interface PlatformRequest {
  readonly id: string;
  /** ISO 8601 with +08:00. */
  readonly at: string;
  readonly atMs: number;
  /** `task/callout` and so on, or the path if no operation is there. */
  readonly operation: string;
  readonly appId: string | null;
  /** Result code; null: no envelope left (a broken connection). */
  readonly code: number | null;
  /** Wall ms. */
  readonly tookMs: number;
  /** As it came, cut at 16 KiB. */
  readonly body: string;
  /** Why it was refused, which its answer does not tell; null: it was not. */
  readonly refusal: string | null;
  /** What of it would hurt in production, a line each, with its code: `unknown-field: …`. */
  readonly findings: readonly string[];
}

/** Something in the integrator's calls that would hurt in production, as often as the journal has it. */
export interface Finding {
  /** `token-per-call`, `polling-fast`, `unknown-field` and so on. */
  readonly code: string;
  /** Why it would hurt. */
  readonly why: string;
  readonly count: number;
  /** Operations that it was found at. */
  readonly operations: readonly string[];
  readonly last: {
    readonly requestId: string;
    /** ISO 8601 with +08:00. */
    readonly at: string;
    readonly atMs: number;
    readonly message: string;
  };
}

/** Which requests; what is left out matches everything. */
export interface RequestFilter {
  readonly operation?: string | undefined;
  readonly appId?: string | undefined;
  readonly code?: number | undefined;
  /** Those with findings, or those without. */
  readonly findings?: boolean | undefined;
}
