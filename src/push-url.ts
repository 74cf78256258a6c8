import type { Settings } from './config.ts';
import { type Fixtures, MODULES, type Module, type UrlEntry } from './sim/account/account.ts';

/** `--push-url` and its kin replace the fixtures' addresses of all enterprises (spec 5.1). */
export function overlayUrls(fixtures: Fixtures, settings: Settings): Fixtures {
  const set = MODULES.map((module) => ({ module, url: addressFor(settings, module) })).filter(
    (entry): entry is UrlEntry & { url: string } => entry.url !== null,
  );
  if (set.length === 0) return fixtures;
  const kept = fixtures.urls.filter((entry) => !set.some(({ module }) => module === entry.module));
  const own = fixtures.enterprises.flatMap(({ id }) =>
    set.map(({ module, url }) => ({ businessId: id, module, url, enabled: true })),
  );
  return { ...fixtures, urls: [...kept, ...own] };
}

/** A module's own address: `{module}` in the url is replaced, else `/<module>` is appended to its path. */
export function addressBelow(url: string, module: string): string {
  const named = nameModule(url, module);
  if (named !== url) return named;
  const [path = '', query = ''] = [url.replace(/[?#].*$/s, ''), /\?[^#]*/.exec(url)?.[0]];
  return `${path.replace(/\/$/, '')}/${module}${query}`;
}

/** The url with its `{module}` replaced, if it has one. */
export function nameModule(url: string, module: string): string {
  // The URL parser has escaped the braces if it saw them in the path.
  return url.replaceAll(/\{module\}|%7Bmodule%7D/gi, module);
}

/** Where a module's pushes or pulls go when set without fixtures; null: as the fixtures say. */
function addressFor({ urls, pushUrl }: Settings, module: Module): string | null {
  const own = urls?.[module];
  if (own !== undefined) return own;
  return pushUrl === undefined ? null : addressBelow(pushUrl, module);
}
