/** A turn of a dialogue as it is pushed, as far as the demo shows it. */
export interface DialogTurn {
  readonly role: 'robot' | 'customer';
  readonly node_type: string;
  readonly text_robot: string;
  readonly text_man: string;
  readonly hits?: readonly { readonly hit: string; readonly pick: boolean }[];
}

const BY_KEYS: ReadonlySet<string> = new Set(['ConditionNode', 'KeyNavigationNode']);

/** What was said, or pressed, at this turn. */
export function wordsOf({ role, node_type, text_robot, text_man }: DialogTurn): string {
  if (role === 'robot') return text_robot;
  if (text_man === '') return '(silence)';
  return BY_KEYS.has(node_type) && /^[0-9*#]+$/.test(text_man) ? `presses ${text_man}` : text_man;
}

/** The branch that was taken at this turn. */
export function hitOf({ hits }: DialogTurn): string | undefined {
  return hits?.find(({ pick }) => pick)?.hit;
}
