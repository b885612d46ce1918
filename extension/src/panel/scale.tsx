/** The section that sets how big the cluster is. Loaded when it is first seen. */
import { TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { QueuesAnswer } from '../contract.gen';
import { PlanModel } from '../models/plan';
import { IResource } from '../models/resource';
import { IClustersModel } from '../tokens';
import { SectionBody } from './body';
import { Scale } from '../views/scale/scale';

export interface IScaleSectionOptions {
  model: IClustersModel;
  plan: PlanModel;
  queues: IResource<QueuesAnswer>;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

export function createScaleSection(options: IScaleSectionOptions): Widget {
  const { model, plan, queues, commands, trans } = options;
  const nameOf = (): string | null => model.sessionCluster?.name ?? null;
  return new SectionBody({
    models: [model, plan, queues],
    watched: [queues],
    draw: () => (
      <Scale
        key={nameOf()}
        view={model.sessionCluster?.view ?? null}
        plan={plan.state}
        isAsking={plan.isAsking}
        queues={queues.state}
        onWish={wish => plan.ask(wish, nameOf())}
        onRetry={() => void queues.refresh()}
        commands={commands}
        trans={trans}
      />
    )
  });
}
