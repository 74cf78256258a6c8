// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** What somebody else wrote, without what a terminal would obey. */
export function plainText(text: string): string {
  return text.replace(CONTROL, '�');
}
