/** This user's clusters: asks the server in turn, says when something changed. No React here. */
import { IPoll, Poll } from '@lumino/polling';
import { ISignal, Signal } from '@lumino/signaling';

import { ClusterAnswer, ClustersAnswer } from '../contract.gen';
import { IClustersModel } from '../tokens';
import { asProblem, IServerApi, ProblemError } from './api';
import { ClustersState } from './state';

const EVERY_MS = 2000;
const AT_MOST_MS = 30000; // when the server does not answer

export class ClustersModel implements IClustersModel {
  constructor(options: ClustersModel.IOptions) {
    this._api = options.api;
    this._poll = new Poll({
      name: '@funicular/lab:clusters',
      factory: () => this._fetch(),
      frequency: { interval: EVERY_MS, backoff: true, max: AT_MOST_MS, ...options.frequency },
      standby: 'when-hidden'
    });
  }

  get state(): ClustersState {
    return this._state;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get disposed(): ISignal<this, void> {
    return this._disposed;
  }

  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  get sessionCluster(): ClusterAnswer | null {
    const clusters = this._state.kind === 'ready' ? this._state.clusters : [];
    const ours = clusters.filter(each => each.is_session);
    return ours.find(each => each.view !== null) ?? ours[0] ?? null;
  }

  async refresh(): Promise<void> {
    await this._poll.refresh();
    await this._poll.tick;
  }

  async stop(name: string): Promise<void> {
    await this._api.post(`clusters/${name}/stop`);
    await this.refresh();
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._poll.dispose();
    this._disposed.emit();
    Signal.clearData(this);
  }

  private async _fetch(): Promise<void> {
    try {
      const answer = await this._api.get('clusters');
      if (!isClusters(answer)) {
        throw new Error('The server answered something else than clusters.');
      }
      this._set({ kind: 'ready', clusters: answer.clusters });
    } catch (error) {
      const problem = error instanceof ProblemError ? error.problem : asProblem(error, 0);
      this._set({ kind: 'problem', problem });
      throw error; // the poll asks less often then
    }
  }

  private _set(state: ClustersState): void {
    if (this.isDisposed || JSON.stringify(state) === JSON.stringify(this._state)) {
      return;
    }
    this._state = state;
    this._changed.emit();
  }

  private readonly _api: IServerApi;
  private readonly _poll: Poll;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _disposed = new Signal<this, void>(this);
  private _state: ClustersState = { kind: 'loading' };
}

export namespace ClustersModel {
  export interface IOptions {
    api: IServerApi;

    /** How often to ask; tests ask sooner. */
    frequency?: Partial<IPoll.Frequency>;
  }
}

function isClusters(value: unknown): value is ClustersAnswer {
  return typeof value === 'object' && value !== null && 'clusters' in value && Array.isArray(value.clusters);
}
