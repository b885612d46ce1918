/** What a wish would come to: asked for a moment after the last change, the newest question wins. */
import { Debouncer } from '@lumino/polling';
import { IObservableDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';

import { PlanAnswer, Wish } from '../contract.gen';
import { asProblem, IServerApi, ProblemError } from './api';
import { State } from './state';

const AFTER_MS = 200; // the slider has rested

export class PlanModel implements IObservableDisposable {
  constructor(private readonly _options: PlanModel.IOptions) {
    this._debouncer = new Debouncer(() => this._fetch(), _options.after_ms ?? AFTER_MS);
  }

  /** The plan for the newest wish that was answered. */
  get state(): State<PlanAnswer> {
    return this._state;
  }

  /** Whether the newest wish has not been answered yet. */
  get isAsking(): boolean {
    return this._isAsking;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get disposed(): ISignal<this, void> {
    return this._disposed;
  }

  get isDisposed(): boolean {
    return this._debouncer.isDisposed;
  }

  /** Plan this wish; for a cluster that is there, its name. */
  ask(wish: Wish, cluster: string | null = null): void {
    this._question = { wish, path: cluster === null ? 'plan' : `clusters/${cluster}/plan` };
    if (!this._isAsking) {
      this._isAsking = true;
      this._changed.emit();
    }
    this._debouncer.invoke().catch(() => undefined); // a disposed model answers no more
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._debouncer.dispose();
    this._disposed.emit();
    Signal.clearData(this);
  }

  private async _fetch(): Promise<void> {
    const question = this._question;
    let state: State<PlanAnswer>;
    try {
      const value = (await this._options.api.post(question.path, question.wish)) as PlanAnswer;
      state = { kind: 'ready', value, at: Date.now() };
    } catch (error) {
      const problem = error instanceof ProblemError ? error.problem : asProblem(error, 0);
      state = { kind: 'problem', problem };
    }
    if (this.isDisposed || question !== this._question) {
      return;
    }
    this._state = state;
    this._isAsking = false;
    this._changed.emit();
  }

  private readonly _debouncer: Debouncer;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _disposed = new Signal<this, void>(this);
  private _question: { wish: Wish; path: string } = { wish: {}, path: 'plan' };
  private _isAsking = false;
  private _state: State<PlanAnswer> = { kind: 'loading' };
}

export namespace PlanModel {
  export interface IOptions {
    api: IServerApi;

    /** How long a wish must have stood; tests wait less. */
    after_ms?: number;
  }
}
