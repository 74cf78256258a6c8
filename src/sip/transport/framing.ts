import { findHead, readContentLength } from '../message/cut.ts';
import { MAX_BYTES } from './flow.ts';

/** What a stream was cut into. */
export interface FrameEvents {
  onMessage(message: Buffer): void;
  /** CRLFCRLF: the peer asks whether we are still there (RFC 5626, 4.4.1). */
  onPing(): void;
  /** Nothing more can be cut. @param head of the message that it failed at, empty line included; null: not even that */
  onBroken(why: string, head: Buffer | null): void;
}

const CR = 13;
const LF = 10;
const PING_BYTES = 4;
const FIRST_ROOM = 4096;

/** Cuts a byte stream into messages by their Content-Length; none, or an empty one, is 0 (RFC 3261, 18.3). */
export class Framing {
  readonly #events: FrameEvents;
  #room = Buffer.alloc(0);
  #start = 0;
  #end = 0;
  /** Where the end of the head was not found. */
  #searched = 0;
  /** Line ends between messages that make no whole ping yet. */
  #lineEnds = 0;
  #isBroken = false;

  constructor(events: FrameEvents) {
    this.#events = events;
  }

  /** Whether a message has begun that is not whole yet. */
  get isWaiting(): boolean {
    return this.#end > this.#start;
  }

  push(chunk: Buffer): void {
    if (this.#isBroken) return;
    this.#append(chunk);
    while (!this.#isBroken && this.#cutOne());
    if (this.#start < this.#end) return;
    this.#start = this.#end = this.#searched = 0;
    if (this.#room.length > FIRST_ROOM) this.#room = Buffer.alloc(0);
  }

  #append(chunk: Buffer): void {
    const kept = this.#end - this.#start;
    if (this.#end + chunk.length > this.#room.length) {
      const room = Buffer.allocUnsafe(Math.max(FIRST_ROOM, 2 * (kept + chunk.length)));
      this.#room.copy(room, 0, this.#start, this.#end);
      this.#room = room;
      this.#searched = Math.max(0, this.#searched - this.#start);
      this.#start = 0;
      this.#end = kept;
    }
    chunk.copy(this.#room, this.#end);
    this.#end += chunk.length;
  }

  /** @returns whether there may be another one */
  #cutOne(): boolean {
    this.#skipLineEnds();
    const bytes = this.#room.subarray(this.#start, this.#end);
    const head = findHead(bytes, Math.max(0, this.#searched - this.#start));
    if (head === null) {
      this.#searched = Math.max(this.#start, this.#end - 3);
      return bytes.length > MAX_BYTES ? this.#break('a head over 64 KiB', null) : false;
    }
    if (head.bodyAt > MAX_BYTES) return this.#break('a head over 64 KiB', null);
    const length = readContentLength(head.text) ?? 0;
    const copyOfHead = () => Buffer.from(bytes.subarray(0, head.bodyAt));
    if (length === 'unreadable') return this.#break('a Content-Length that is no number', copyOfHead());
    if (length > MAX_BYTES) return this.#break('a body over 64 KiB', copyOfHead());
    const size = head.bodyAt + length;
    if (bytes.length < size) return false;
    this.#start += size;
    this.#events.onMessage(Buffer.from(bytes.subarray(0, size)));
    return true;
  }

  #skipLineEnds(): void {
    for (; this.#start < this.#end && isLineEnd(this.#room[this.#start]); this.#start++) {
      this.#lineEnds = (this.#lineEnds + 1) % PING_BYTES;
      if (this.#lineEnds === 0) this.#events.onPing();
    }
    if (this.#start < this.#end) this.#lineEnds = 0;
  }

  #break(why: string, head: Buffer | null): false {
    this.#isBroken = true;
    this.#room = Buffer.alloc(0);
    this.#start = this.#end = 0;
    this.#events.onBroken(why, head);
    return false;
  }
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === CR || byte === LF;
}
