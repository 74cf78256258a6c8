/** A request and its answer, as they were on the wire. */
export interface Exchange {
  readonly method: string;
  /** Slashes collapsed, no query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Null: it was not looked at. */
  readonly sent: string | null;
  readonly status: number;
  readonly contentType: string;
  /** Null: no text, or a body that is not looked at. */
  readonly got: string | null;
  /** Fault rules stand, which may answer anything. */
  readonly hasFaults: boolean;
}
