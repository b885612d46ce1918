/** The session cluster's numbers over the last minutes: asked for when something changed, while somebody looks. */
import { DisposableDelegate, IDisposable } from '@lumino/disposable';
import { Throttler } from '@lumino/polling';

import { IClustersModel, IServerEvents } from '../tokens';
import { IServerApi } from './api';
import { LiveAnswer } from '../contract.gen';
import { Observable } from './observable';
import { hasArray, Resource } from './resource';
import { State } from './state';

const AT_MOST_EVERY_MS = 600; // two redraws a second at most; the cluster measures once a second
const OTHERWISE_EVERY_MS = 5000; // where no event says that something changed

export class LiveModel extends Observable {
  constructor(private readonly _options: LiveModel.IOptions) {
    super();
    const { clusters, events, atMostEvery_ms = AT_MOST_EVERY_MS } = _options;
    this._ask = new Throttler(() => this._refresh(), { limit: atMostEvery_ms, edge: 'trailing' });
    clusters.changed.connect(this._follow, this);
    events.heard.connect(this._hear, this);
    this._follow();
  }

  /** `empty`: there is no cluster, or it has not measured anything. */
  get state(): State<LiveAnswer> {
    const { state } = this._options.clusters;
    return this._resource?.state ?? (state.kind === 'ready' ? { kind: 'empty', at: state.at } : state);
  }

  /** Ask now. */
  async refresh(): Promise<void> {
    await this._resource?.refresh();
  }

  /** Keep it up to date until the answer is disposed. */
  watch(): IDisposable {
    this._watchers += 1;
    this._rewatch();
    return new DisposableDelegate(() => {
      this._watchers -= 1;
      this._rewatch();
    });
  }

  protected release(): void {
    this._options.clusters.changed.disconnect(this._follow, this);
    this._options.events.heard.disconnect(this._hear, this);
    this._ask.dispose();
    this._leave();
  }

  /** The session's cluster may be another one than before, or none. */
  private _follow(): void {
    const name = this._options.clusters.sessionCluster?.name ?? '';
    if (name === this._name) {
      return;
    }
    this._leave();
    this._name = name;
    if (name) {
      this._resource = new Resource<LiveAnswer>({
        api: this._options.api,
        path: `clusters/${name}/live`,
        is: hasArray('t_s'),
        isEmpty: ({ t_s, functions }) => t_s.length === 0 && functions.length === 0,
        every_ms: OTHERWISE_EVERY_MS
      });
      this._resource.changed.connect(this._tell, this);
    }
    this._rewatch();
    this._tell();
  }

  private _leave(): void {
    this._watch?.dispose();
    this._watch = null;
    this._resource?.dispose();
    this._resource = null;
    this._name = '';
  }

  private _rewatch(): void {
    if (this._watchers === 0 || this.isDisposed) {
      this._watch?.dispose();
      this._watch = null;
    } else {
      this._watch ??= this._resource?.watch() ?? null;
    }
  }

  private _hear(): void {
    if (this._watch !== null && !document.hidden) {
      void this._ask.invoke();
    }
  }

  private async _refresh(): Promise<void> {
    if (this._watch !== null) {
      await this._resource?.refresh();
    }
  }

  private _tell(): void {
    this.emitChanged();
  }

  private readonly _ask: Throttler;
  private _resource: Resource<LiveAnswer> | null = null;
  private _watch: IDisposable | null = null;
  private _watchers = 0;
  private _name = '';
}

export namespace LiveModel {
  export interface IOptions {
    api: IServerApi;
    clusters: Pick<IClustersModel, 'state' | 'changed' | 'sessionCluster'>;
    events: Pick<IServerEvents, 'heard'>;

    /** The shortest time between two questions; tests ask sooner. */
    atMostEvery_ms?: number;
  }
}
