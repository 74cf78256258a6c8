/**
 * Sends again after T1, and each time after twice as long, up to T2 (RFC 3261, timers E and G).
 * @returns how to stop; whoever knows when the transaction is over calls it
 */
export function retransmit(
  send: () => void,
  { t1, t2 }: { readonly t1: number; readonly t2: number },
): () => void {
  let gap = t1;
  const beat = () => {
    send();
    gap = Math.min(2 * gap, t2);
    timer = setTimeout(beat, gap);
  };
  let timer = setTimeout(beat, gap);
  return () => clearTimeout(timer);
}
