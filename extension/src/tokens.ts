/** What one plugin may ask of another. */
import { Token } from '@lumino/coreutils';
import { IDisposable, IObservableDisposable } from '@lumino/disposable';
import { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import { ClusterAnswer, Wish } from './contract.gen';
import { IEvent } from './models/events';
import { ClustersState } from './models/state';

/** This user's clusters, kept up to date while the page can be seen. */
export interface IClustersModel extends IObservableDisposable {
  readonly state: ClustersState;
  readonly changed: ISignal<IClustersModel, void>;

  /** The cluster that this server's kernels share; null where none is there yet. */
  readonly sessionCluster: ClusterAnswer | null;

  /** Ask now, without waiting for the next turn. */
  refresh(): Promise<void>;

  /** Start the session's cluster; an empty wish is the smallest sensible one. Rejects with a `ProblemError`. */
  start(wish: Wish): Promise<void>;

  /** Set what a cluster shall have. Rejects with a `ProblemError`. */
  scale(name: string, wish: Wish): Promise<void>;

  /** Whether it stays when the last notebook is closed; gives until when that can hold. Rejects with a `ProblemError`. */
  keep(name: string, keep: boolean): Promise<string>;

  /** Forget what kept it from growing, and try again. Rejects with a `ProblemError`. */
  retry(name: string): Promise<void>;

  /** End a cluster. Rejects with a `ProblemError`. */
  stop(name: string): Promise<void>;
}

export const IClustersModel = new Token<IClustersModel>(
  '@funicular/lab:IClustersModel',
  "This user's clusters, kept up to date while the page can be seen."
);

/** What the server says of its own accord. */
export interface IServerEvents extends IObservableDisposable {
  readonly heard: ISignal<IServerEvents, IEvent>;

  /** Whether any event of ours has come yet: until then, models ask in turn. */
  readonly isLive: boolean;

  /** Find out whether anything can be heard. */
  hello(): void;
}

export const IServerEvents = new Token<IServerEvents>(
  '@funicular/lab:IServerEvents',
  "Funicular's events, picked out of the server's event stream."
);

/** A part of the Compute panel. */
export interface IPanelSection {
  readonly id: string;

  /** Sections stand in the order of their ranks: cluster 10, scale 20, live 30, jobs 40, wrong 50, ledger 60. */
  readonly rank: number;
  readonly title: string;

  /** Whether it is closed until the user opens it. */
  readonly isClosed?: boolean;

  /**
   * Its body, made when it is first seen: load what is big here. Its `title.caption` is shown in the heading.
   */
  create(): Widget | Promise<Widget>;
}

/** The Compute panel, to which other plugins add sections. */
export interface IComputePanel {
  addSection(section: IPanelSection): IDisposable;

  /** Bring the panel to the front, and this section of it into view. */
  reveal(section?: string): void;

  /** Whether it can be seen; nothing needs to be asked for it otherwise. */
  readonly isSeen: boolean;
  readonly seenChanged: ISignal<IComputePanel, void>;
}

export const IComputePanel = new Token<IComputePanel>(
  '@funicular/lab:IComputePanel',
  'The Compute panel, to which other plugins add sections.'
);
