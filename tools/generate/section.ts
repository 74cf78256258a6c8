/**
 * Puts a text between the marks `<!-- generated: name -->` and `<!-- end -->` of a page that is written by hand.
 * @throws Error if the page has no such marks
 */
export function fillSection(page: string, name: string, text: string): string {
  const begin = `<!-- generated: ${name} -->`;
  const end = '<!-- end -->';
  const from = page.indexOf(begin);
  const to = page.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`a page lacks ${begin} … ${end}`);
  return `${page.slice(0, from + begin.length)}\n${text}\n${page.slice(to)}`;
}
