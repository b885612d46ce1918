/** The section of the user's jobs. Loaded when it is first seen. */
import { TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { JobsAnswer } from '../../models/awaited';
import { countJobs } from '../../models/jobWords';
import { IResource } from '../../models/resource';
import { SectionBody } from '../pieces/body';
import { Frame } from '../pieces/frame';
import { Jobs } from './jobs';

export interface IJobsSectionOptions {
  model: IResource<JobsAnswer>;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

export function createJobsSection({ model, commands, trans }: IJobsSectionOptions): Widget {
  return new SectionBody({
    models: [model],
    watched: [model],
    note: () => (model.state.kind === 'ready' ? countJobs(model.state.value.jobs, trans) : ''),
    draw: () => (
      <Frame
        state={model.state}
        trans={trans}
        loading={trans.__('Asking for your jobs')}
        empty={trans.__('You have no jobs. A job is a request for nodes; your cluster makes them for you.')}
        onRetry={() => void model.refresh()}
      >
        {({ jobs }, at) => <Jobs jobs={jobs} at={at} commands={commands} trans={trans} />}
      </Frame>
    )
  });
}
