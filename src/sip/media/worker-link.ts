import { Worker } from 'node:worker_threads';
import { MediaError, type MediaErrorCode } from './media-error.ts';
import type {
  FromWorker,
  Heard,
  Notice,
  RequestKind,
  Requests,
  ToWorker,
  WorkerSettings,
} from './message.ts';

interface Pending {
  resolve(value: never): void;
  reject(error: Error): void;
}

export interface LinkListener {
  heard(session: number, heard: Heard): void;
  /** The worker is gone, unasked. */
  died(error: Error): void;
}

/** The main thread's end of the worker: questions with one answer each, notices, and what is heard. */
export class WorkerLink {
  readonly #worker: Worker;
  readonly #listener: LinkListener;
  readonly #pending = new Map<number, Pending>();
  #lastRequest = 0;
  #isEnding = false;
  #failure: MediaError | null = null;

  constructor(settings: WorkerSettings, listener: LinkListener) {
    this.#listener = listener;
    const isSource = import.meta.url.endsWith('.ts');
    const file = isSource ? new URL('./worker.ts', import.meta.url) : new URL('./worker.js', import.meta.url);
    this.#worker = new Worker(file, { workerData: settings, name: 'media', execArgv: [] });
    this.#worker.on('message', (message: FromWorker) => this.#take(message));
    this.#worker.on('error', (error: Error) => this.#die(error));
    this.#worker.once('exit', (code) => this.#die(new Error(`it ended with code ${code}`)));
  }

  tell(session: number, notice: Notice): void {
    this.#post({ session, ...notice });
  }

  /** @throws MediaError also if the worker dies before it answers */
  ask<Kind extends RequestKind>(
    kind: Kind,
    session: number,
    ask: Requests[Kind]['ask'],
  ): Promise<Requests[Kind]['reply']> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const request = ++this.#lastRequest;
    return new Promise((resolve, reject) => {
      this.#pending.set(request, { resolve, reject });
      this.#post({ kind, session, request, ...ask } as ToWorker);
    });
  }

  /** Ends the thread; what it still does is lost. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#worker.terminate();
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #take(message: FromWorker): void {
    if (!('request' in message)) {
      this.#listener.heard(message.session, message);
      return;
    }
    const pending = this.#pending.get(message.request);
    this.#pending.delete(message.request);
    if (message.kind === 'reply') pending?.resolve(message.value as never);
    else pending?.reject(errorOf(message.code, message.message));
  }

  #die(error: Error): void {
    if (this.#failure !== null) return;
    this.#failure = new MediaError('worker-failed', `the media thread failed: ${error.message}`, error);
    for (const { reject } of this.#pending.values()) reject(this.#failure);
    this.#pending.clear();
    if (!this.#isEnding) this.#listener.died(this.#failure);
  }
}

function errorOf(code: MediaErrorCode | null, message: string): Error {
  return code === null ? new Error(message) : new MediaError(code, message);
}
