/** The section of the session's cluster: the first-run card until there is one. Loaded when it is first seen. */
import { TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { ClusterAnswer, HolderView, LiveAnswer } from '../contract.gen';
import { formatCoreHours } from '../models/amounts';
import { PlanModel } from '../models/plan';
import { IResource } from '../models/resource';
import { State } from '../models/state';
import { IClustersModel } from '../tokens';
import { SectionBody } from './body';
import { Frame } from '../views/pieces/frame';
import { FirstRunCard } from '../views/cluster/card';
import { Cluster } from '../views/cluster/cluster';
import { OtherClusters } from '../views/cluster/others';

export interface IClusterSectionOptions {
  model: IClustersModel;
  plan: PlanModel;

  /** Its last minutes, which say who uses it. */
  live: IResource<LiveAnswer>;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

export function createClusterSection(options: IClusterSectionOptions): Widget {
  const { model, plan, live, commands, trans } = options;
  let name: string | undefined;
  let isOffered = false;
  const look = (): void => {
    if (name !== model.sessionCluster?.name) {
      name = model.sessionCluster?.name;
      void live.refresh();
    }
    const isFree = model.state.kind === 'ready' && model.sessionCluster === null;
    if (isFree && !isOffered) {
      plan.ask({});
    }
    isOffered = isFree;
  };
  model.changed.connect(look);
  look();
  return new SectionBody({
    models: [model, plan, live],
    watched: [live],
    note: () => {
      const view = model.sessionCluster?.view;
      return view ? formatCoreHours(view.core_hours) : '';
    },
    draw: () => (
      <>
        <Frame
          state={sessionState(model)}
          trans={trans}
          loading={trans.__('Asking for your clusters')}
          onRetry={() => void model.refresh()}
          empty={<FirstRunCard plan={plan.state} commands={commands} trans={trans} />}
        >
          {(cluster, at) => (
            <Cluster
              cluster={cluster}
              at={at}
              holders={holdersOf(live.state)}
              commands={commands}
              trans={trans}
            />
          )}
        </Frame>
        <OtherClusters clusters={others(model)} commands={commands} trans={trans} />
      </>
    )
  });
}

/** What is known of the session's own cluster. */
export function sessionState(model: IClustersModel): State<ClusterAnswer> {
  const { state, sessionCluster } = model;
  if (state.kind !== 'ready') {
    return state;
  }
  const at = state.at;
  return sessionCluster === null ? { kind: 'empty', at } : { kind: 'ready', value: sessionCluster, at };
}

function others(model: IClustersModel): readonly ClusterAnswer[] {
  const clusters = model.state.kind === 'ready' ? model.state.clusters : [];
  return clusters.filter(each => each !== model.sessionCluster);
}

function holdersOf(state: State<LiveAnswer>): readonly HolderView[] {
  return state.kind === 'ready' ? state.value.holders : [];
}
