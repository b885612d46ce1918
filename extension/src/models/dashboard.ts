/** Where Dask's own dashboard of a cluster is, or why there is none. No React here. */
import { IObservableDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';

import { asProblem, IServerApi, ProblemError } from './api';
import { State } from './state';

/** The address of the page, once the server has it; `empty` where there is no such cluster (any more). */
export type DashboardState = State<string>;

export class DashboardModel implements IObservableDisposable {
  constructor(private readonly _options: DashboardModel.IOptions) {
    void this.look();
  }

  get name(): string {
    return this._options.name;
  }

  get state(): DashboardState {
    return this._state;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get disposed(): ISignal<this, void> {
    return this._disposed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Ask for the page itself before it is shown: a frame would show any trouble as raw text. */
  async look(): Promise<void> {
    const { api, path, address } = this._options;
    this._set({ kind: 'loading' });
    try {
      await api.get(path);
      this._set({ kind: 'ready', value: address, at: Date.now() });
    } catch (error) {
      const problem = error instanceof ProblemError ? error.problem : asProblem(error, 0);
      this._set(problem.status === 404 ? { kind: 'empty', at: Date.now() } : { kind: 'problem', problem });
    }
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._disposed.emit();
    Signal.clearData(this);
  }

  private _set(state: DashboardState): void {
    if (!this._isDisposed) {
      this._state = state;
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _disposed = new Signal<this, void>(this);
  private _state: DashboardState = { kind: 'loading' };
  private _isDisposed = false;
}

export namespace DashboardModel {
  export interface IOptions {
    api: IServerApi;

    /** The cluster. */
    name: string;

    /** Where the server is asked for the page, and where a frame finds it. */
    path: string;
    address: string;
  }
}
