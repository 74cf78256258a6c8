/** An event as it was sent. */
export interface EventBlock {
  /** Empty: none was sent so far. */
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** Reads server-sent events, however they are cut into pieces (HTML Living Standard, 9.2.6). */
export class EventParser {
  readonly #decoder = new TextDecoder();
  /** What has come of the line that is not at its end. */
  #rest = '';
  #id = '';
  #event = '';
  #data: string[] = [];

  /** Of the last event, or of the place where the stream began: what to come back with. */
  get lastId(): string {
    return this.#id;
  }

  /** @returns the events that are whole with this piece */
  push(piece: Uint8Array): EventBlock[] {
    const text = this.#rest + this.#decoder.decode(piece, { stream: true });
    const lines = text.split(/\r\n|\n|\r(?=.)/s);
    this.#rest = lines.pop() ?? '';
    return lines.map((line) => this.#read(line)).filter((block) => block !== null);
  }

  #read(line: string): EventBlock | null {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'id' && !value.includes('\0')) this.#id = value;
    else if (field === 'event') this.#event = value;
    else if (field === 'data') this.#data.push(value);
    return null;
  }

  #dispatch(): EventBlock | null {
    const [event, data] = [this.#event, this.#data];
    this.#event = '';
    this.#data = [];
    // An id alone is no event.
    if (data.length === 0) return null;
    return { id: this.#id, event: event === '' ? 'message' : event, data: data.join('\n') };
  }
}
