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
  /** What was wrong or unexpected, a line each. */
  readonly findings: readonly string[];
}

/** Which requests; what is left out matches everything. */
export interface RequestFilter {
  readonly operation?: string | undefined;
  readonly appId?: string | undefined;
  readonly code?: number | undefined;
}
