/** Where Dask's own dashboard of a cluster is, or why there is none. No React here. */
import { asProblem, IServerApi, ProblemError } from './api';
import { Observable } from './observable';
import { State } from './state';

/** The address of the page, once the server has it; `empty` where there is no such cluster (any more). */
export type DashboardState = State<string>;

export class DashboardModel extends Observable {
  constructor(private readonly _options: DashboardModel.IOptions) {
    super();
    void this.look();
  }

  get name(): string {
    return this._options.name;
  }

  get state(): DashboardState {
    return this._state;
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

  protected release(): void {
    // nothing is held
  }

  private _set(state: DashboardState): void {
    if (!this.isDisposed) {
      this._state = state;
      this.emitChanged();
    }
  }

  private _state: DashboardState = { kind: 'loading' };
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
