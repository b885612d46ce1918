/** The user's jobs: what each does, why it waits, how long it may still run; cancel it, or see its script. */
import { TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { JobView } from '../../contract.gen';
import { describeJob, jobHeading } from '../../models/jobWords';
import { CommandButton } from '../pieces/button';
import { useNow } from '../pieces/now';
import { JOB_COMMANDS } from './ids';

export interface IJobsProps {
  jobs: readonly JobView[];

  /** When the server said this, in ms. */
  at: number;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

export function Jobs({ jobs, at, commands, trans }: IJobsProps): React.ReactElement {
  const age_s = Math.max(0, (useNow() - at) / 1000);
  return (
    <ul className="jp-funicular-cards">
      {jobs.map(job => (
        <li key={job.job} data-state={job.state}>
          <div className="jp-funicular-cards-heading">{jobHeading(job, trans)}</div>
          {describeJob(job, age_s, trans).map(line => (
            <p key={line}>{line}</p>
          ))}
          <div className="jp-funicular-buttons">
            <CommandButton
              commands={commands}
              command={JOB_COMMANDS.script}
              args={{ job: job.job }}
              name={trans.__('Show the script of job %1', job.job)}
              trans={trans}
            />
            <CommandButton
              commands={commands}
              command={JOB_COMMANDS.cancel}
              args={{ job: job.job }}
              name={trans.__('Cancel job %1', job.job)}
              trans={trans}
            />
          </div>
        </li>
      ))}
    </ul>
  );
}
