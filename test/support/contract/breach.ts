const breaches: string[] = [];

/** Something went over the wire that is not as published; the test at hand fails over it. */
export function report(breach: string): void {
  breaches.push(breach);
}

/** For whoever wants to tell at once which request it was; what is taken fails no test. */
export function takeBreaches(): string[] {
  return breaches.splice(0);
}
