/** One thing that the server is asked for, in turn while somebody looks, and at once when an event says so. */
import { DisposableDelegate, IDisposable, IObservableDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { ISignal } from '@lumino/signaling';

import { IServerEvents } from '../tokens';
import { asProblem, IServerApi, ProblemError } from './api';
import { Observable } from './observable';
import { State } from './state';

const EVERY_MS = 5000;
const AT_MOST_MS = 60000; // when the server does not answer

export interface IResource<T> extends IObservableDisposable {
  readonly state: State<T>;
  readonly changed: ISignal<IResource<T>, void>;

  /** Ask now, whether or not somebody looks. */
  refresh(): Promise<void>;

  /** Ask when one of these events is heard and somebody looks. */
  refreshOn(events: IServerEvents, names: readonly string[]): void;

  /** Keep it up to date until the answer is disposed; nothing is asked while the page is hidden. */
  watch(): IDisposable;
}

export class Resource<T> extends Observable implements IResource<T> {
  constructor(private readonly _options: Resource.IOptions<T>) {
    super();
    const interval = _options.every_ms ?? EVERY_MS;
    this._poll = new Poll({
      name: `@funicular/lab:${_options.name ?? _options.path}`,
      factory: () => this._fetch(),
      frequency: { interval, backoff: true, max: Math.max(AT_MOST_MS, interval) },
      standby: () => !this._isAsked && (this._watchers === 0 || document.hidden),
      auto: false
    });
  }

  get state(): State<T> {
    return this._state;
  }

  async refresh(): Promise<void> {
    this._isAsked = true;
    await this._poll.refresh();
    await this._poll.tick;
  }

  refreshOn(events: IServerEvents, names: readonly string[]): void {
    events.heard.connect((_, event) => {
      if (names.includes(event.name)) {
        void this._poll.refresh(); // in standby, nothing is asked
      }
    }, this);
  }

  watch(): IDisposable {
    this._watchers += 1;
    if (this._watchers === 1) {
      void this._poll.refresh();
    }
    return new DisposableDelegate(() => {
      this._watchers -= 1;
      if (this._watchers === 0 && !this.isDisposed) {
        void this._poll.stop();
      }
    });
  }

  protected release(): void {
    this._poll.dispose();
  }

  private async _fetch(): Promise<void> {
    this._isAsked = false;
    const { api, is, isEmpty } = this._options;
    const path = typeof this._options.path === 'string' ? this._options.path : this._options.path();
    if (path === null) {
      this._set({ kind: 'empty', at: Date.now() });
      return;
    }
    try {
      const answer = await api.get(path);
      if (!is(answer)) {
        throw new Error(`The server answered something else than ${path}.`);
      }
      const at = Date.now();
      this._set(isEmpty?.(answer) ? { kind: 'empty', at } : { kind: 'ready', value: answer, at });
    } catch (error) {
      const problem = error instanceof ProblemError ? error.problem : asProblem(error, 0);
      this._set({ kind: 'problem', problem });
      throw error; // the poll asks less often then
    }
  }

  private _set(state: State<T>): void {
    if (this.isDisposed || isSame(state, this._state)) {
      return;
    }
    this._state = state;
    this.emitChanged();
  }

  private readonly _poll: Poll;
  private _watchers = 0;
  private _isAsked = false;
  private _state: State<T> = { kind: 'loading' };
}

export namespace Resource {
  export interface IOptions<T> {
    api: IServerApi;

    /** Null while there is nothing to ask for: that is empty. */
    path: string | (() => string | null);

    /** For who looks at the polls. */
    name?: string;

    /** Whether an answer has the shape that is expected. */
    is: (answer: unknown) => answer is T;
    isEmpty?: (answer: T) => boolean;
    every_ms?: number;
  }
}

/** Whether two states say the same, whenever they were heard. */
function isSame<T>(one: State<T>, other: State<T>): boolean {
  return JSON.stringify({ ...one, at: 0 }) === JSON.stringify({ ...other, at: 0 });
}

/** A guard for an object with an array of this name. */
export function hasArray<T>(name: string): (answer: unknown) => answer is T {
  return (answer): answer is T =>
    typeof answer === 'object' && answer !== null && Array.isArray(Reflect.get(answer, name));
}
