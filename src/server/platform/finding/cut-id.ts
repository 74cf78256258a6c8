/**
 * The known id that a JavaScript number would have cut to the one that was sent; null if the sent one is short
 * enough for a number, is known itself, or is nobody's.
 */
export function findUncutId(sent: string, isKnown: (id: string) => boolean): string | null {
  if (!/^\d{16,18}$/.test(sent)) return null;
  const double = Number(sent);
  if (double <= Number.MAX_SAFE_INTEGER || isKnown(sent)) return null;
  const center = BigInt(double);
  // All integers that round to this double lie within half of its distance to the next one.
  const reach = 2n ** BigInt(Math.floor(Math.log2(double)) - 52);
  for (let id = center - reach; id <= center + reach; id++) {
    if (Number(id) === double && isKnown(String(id))) return String(id);
  }
  return null;
}
