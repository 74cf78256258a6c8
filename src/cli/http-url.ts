/** An address of HTTP or HTTPS; null: it is none. */
export function readHttpUrl(text: string): URL | null {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) ? url : null;
}
