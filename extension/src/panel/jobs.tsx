/** The section of the user's jobs. Loaded when it is first seen. */
import { TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { JobsAnswer } from '../contract.gen';
import { countJobs } from '../models/jobWords';
import { IResource } from '../models/resource';
import { SectionBody } from './body';
import { Frame, ProblemNote } from '../views/pieces/frame';
import { Jobs } from '../views/jobs/jobs';

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
        {({ jobs, age_s, problem }, at) => (
          <>
            {problem && <ProblemNote problem={problem} trans={trans} />}
            <Jobs jobs={jobs} at={at - 1000 * age_s} commands={commands} trans={trans} />
          </>
        )}
      </Frame>
    )
  });
}
