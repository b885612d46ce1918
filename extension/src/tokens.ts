/** What one plugin may ask of another. */
import { Token } from '@lumino/coreutils';
import { IObservableDisposable } from '@lumino/disposable';
import { ISignal } from '@lumino/signaling';

import { ClusterAnswer } from './contract.gen';
import { ClustersState } from './models/state';

/** This user's clusters, kept up to date while the page can be seen. */
export interface IClustersModel extends IObservableDisposable {
  readonly state: ClustersState;
  readonly changed: ISignal<IClustersModel, void>;

  /** The cluster that this server's kernels share; null where none is there yet. */
  readonly sessionCluster: ClusterAnswer | null;

  /** Ask now, without waiting for the next turn. */
  refresh(): Promise<void>;

  /** End a cluster. Rejects with a `ProblemError`. */
  stop(name: string): Promise<void>;
}

export const IClustersModel = new Token<IClustersModel>(
  '@funicular/lab:IClustersModel',
  "This user's clusters, kept up to date while the page can be seen."
);
