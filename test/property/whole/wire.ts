import type { Json } from '../../support/simulator.ts';

/** Something that answers requests in process. */
export interface Door {
  request(path: string, init?: RequestInit): Promise<Response>;
}

/** An answer, as its client sees it. */
export interface Reply {
  /** 0: the network broke. */
  readonly status: number;
  /** Without what only the wall clock knows. */
  readonly text: string;
  /** Null: no JSON. Integers that a number cannot hold are texts. */
  readonly body: Json;
}

export interface Ask {
  readonly method?: string;
  /** A text is sent as it is. */
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function ask(
  door: Door,
  path: string,
  { method = 'POST', body, headers }: Ask = {},
): Promise<Reply> {
  const response = await door.request(path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? null : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  if (response.type === 'error') return { status: 0, text: '', body: null };
  const text = (await response.text()).replace(/"tookMs":\d+/g, '"tookMs":0');
  return { status: response.status, text, body: parse(text) };
}

function parse(text: string): Json {
  try {
    return JSON.parse(text, keepLongIntegers);
  } catch {
    return null;
  }
}

/** Row ids are JSON integers above 2^53. */
function keepLongIntegers(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const { source = '' } = context ?? {};
  return typeof value === 'number' && /^\d{16,}$/.test(source) ? source : value;
}
