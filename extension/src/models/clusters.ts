/** This user's clusters: told by events, else asked for in turn. Says when something changed. No React here. */
import { IPoll, Poll } from '@lumino/polling';

import { ClusterAnswer, ClustersAnswer, KeepAnswer, Wish } from '../contract.gen';
import { IClustersModel, IServerEvents } from '../tokens';
import { asProblem, IServerApi, ProblemError } from './api';
import { IEvent } from './events';
import { Observable } from './observable';
import { ClustersState } from './state';

const EVERY_MS = 2000;
const WHEN_TOLD_MS = 30000; // events come: asking is only for what they may have missed
const AT_MOST_MS = 30000; // when the server does not answer
const SHOW_EVERY_MS = 500; // however many events come

export class ClustersModel extends Observable implements IClustersModel {
  constructor(options: ClustersModel.IOptions) {
    super();
    this._api = options.api;
    this._events = options.events ?? null;
    this._interval = options.frequency?.interval ?? EVERY_MS;
    this._poll = new Poll({
      name: '@funicular/lab:clusters',
      factory: () => this._fetch(),
      frequency: { interval: EVERY_MS, backoff: true, max: AT_MOST_MS, ...options.frequency },
      standby: () => document.hidden && !this._isAsked
    });
    this._events?.heard.connect(this._hear, this);
  }

  get state(): ClustersState {
    return this._state;
  }

  get sessionCluster(): ClusterAnswer | null {
    const clusters = this._state.kind === 'ready' ? this._state.clusters : [];
    const ours = clusters.filter(each => each.is_session);
    return ours.find(each => each.view !== null) ?? ours[0] ?? null;
  }

  async refresh(): Promise<void> {
    this._isAsked = true;
    await this._poll.refresh();
    await this._poll.tick;
  }

  async start(wish: Wish): Promise<void> {
    await this._do('clusters', wish);
  }

  async scale(name: string, wish: Wish): Promise<void> {
    await this._do(`clusters/${name}/scale`, wish);
  }

  async keep(name: string, keep: boolean): Promise<string> {
    const answer = (await this._do(`clusters/${name}/keep`, { keep })) as KeepAnswer;
    return answer.note;
  }

  async retry(name: string): Promise<void> {
    await this._do(`clusters/${name}/retry`, {});
  }

  async stop(name: string): Promise<void> {
    await this._do(`clusters/${name}/stop`, {});
  }

  protected release(): void {
    clearTimeout(this._timer);
    this._events?.heard.disconnect(this._hear, this);
    this._poll.dispose();
  }

  private async _do(path: string, body: object): Promise<unknown> {
    const answer = await this._api.post(path, body);
    await this.refresh();
    return answer;
  }

  private async _fetch(): Promise<void> {
    this._isAsked = false;
    this._told.clear();
    try {
      const answer = await this._api.get('clusters');
      if (!isClusters(answer)) {
        throw new Error('The server answered something else than clusters.');
      }
      this._set({ kind: 'ready', clusters: answer.clusters, at: Date.now() });
      this._events?.hello();
    } catch (error) {
      const problem = error instanceof ProblemError ? error.problem : asProblem(error, 0);
      this._set({ kind: 'problem', problem });
      throw error; // the poll asks less often then
    }
  }

  private _hear(_: unknown, event: IEvent): void {
    this._poll.frequency = { ...this._poll.frequency, interval: Math.max(WHEN_TOLD_MS, this._interval) };
    const { cluster, name } = event.data;
    if (event.name === 'cluster-changed' && isCluster(cluster)) {
      this._told.set(cluster.name, cluster);
    } else if (event.name === 'cluster-gone' && typeof name === 'string') {
      this._told.set(name, null);
    } else {
      return;
    }
    const wait = this._shownAt + SHOW_EVERY_MS - Date.now();
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this._showTold(), Math.max(0, wait));
  }

  /** What events have said since the last time, all at once. */
  private _showTold(): void {
    if (this._state.kind !== 'ready') {
      void this.refresh();
      return;
    }
    this._shownAt = Date.now();
    const others = this._state.clusters.filter(each => !this._told.has(each.name));
    const told = [...this._told.values()].filter(each => each !== null);
    this._told.clear();
    const clusters = [...others, ...told].sort((one, other) => one.name.localeCompare(other.name));
    this._set({ kind: 'ready', clusters, at: Date.now() });
  }

  private _set(state: ClustersState): void {
    if (this.isDisposed || isSame(state, this._state)) {
      return;
    }
    this._state = state;
    this.emitChanged();
  }

  private readonly _api: IServerApi;
  private readonly _events: IServerEvents | null;
  private readonly _interval: number;
  private readonly _poll: Poll;
  private readonly _told = new Map<string, ClusterAnswer | null>();
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _shownAt = 0;
  private _isAsked = false;
  private _state: ClustersState = { kind: 'loading' };
}

export namespace ClustersModel {
  export interface IOptions {
    api: IServerApi;
    events?: IServerEvents;

    /** How often to ask; tests ask sooner. */
    frequency?: Partial<IPoll.Frequency>;
  }
}

/** Whether two states say the same, whenever they were heard. */
function isSame(one: ClustersState, other: ClustersState): boolean {
  return JSON.stringify({ ...one, at: 0 }) === JSON.stringify({ ...other, at: 0 });
}

function isClusters(value: unknown): value is ClustersAnswer {
  return typeof value === 'object' && value !== null && 'clusters' in value && Array.isArray(value.clusters);
}

function isCluster(value: unknown): value is ClusterAnswer {
  return typeof value === 'object' && value !== null && 'name' in value && 'is_session' in value;
}
