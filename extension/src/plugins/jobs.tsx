/** All of the user's jobs in the panel; cancel one, or see its script. */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, showDialog } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator, TranslationBundle } from '@jupyterlab/translation';
import { closeIcon, fileIcon } from '@jupyterlab/ui-components';

import { IServerApi, ServerApi } from '../models/api';
import { JobsAnswer, ScriptAnswer } from '../contract.gen';
import { hasArray, Resource } from '../models/resource';
import { IComputePanel, IServerEvents } from '../tokens';
import { JOB_COMMANDS } from '../views/jobs/ids';
import { describeArgs, reporting } from '../panel/reporting';

const EVERY_MS = 10_000;

export const jobsPlugin: JupyterFrontEndPlugin<void> = {
  id: '@funicular/lab:jobs',
  description: "Lists all of the user's jobs, why they wait, and what they were asked to do.",
  autoStart: true,
  requires: [IComputePanel, IServerEvents],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    panel: IComputePanel,
    events: IServerEvents,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('funicular');
    const api = new ServerApi(app.serviceManager.serverSettings);
    const model = new Resource<JobsAnswer>({
      api,
      path: 'jobs',
      is: hasArray<JobsAnswer>('jobs'),
      isEmpty: answer => answer.jobs.length === 0 && answer.problem === null,
      every_ms: EVERY_MS
    });
    model.refreshOn(events, ['cluster-changed', 'cluster-gone']);
    addCommands(app, api, model, trans);
    panel.addSection({
      id: 'jobs',
      rank: 40,
      title: trans.__('Jobs'),
      create: async () => {
        const { createJobsSection } = await import('../panel/jobs');
        return createJobsSection({ model, commands: app.commands, trans });
      }
    });
  }
};

function addCommands(
  { commands }: JupyterFrontEnd,
  api: IServerApi,
  model: Resource<JobsAnswer>,
  trans: TranslationBundle
): void {
  const job = { type: 'string', description: trans.__("The job's number") };
  commands.addCommand(JOB_COMMANDS.script, {
    label: trans.__('Show the script'),
    caption: trans.__('See what was given to the scheduler; it can be submitted by hand as well'),
    icon: fileIcon,
    describedBy: describeArgs({ job }, trans, ['job']),
    execute: args =>
      reporting(args, trans.__('The script cannot be shown'), async () => {
        const number = String(args.job);
        const { script } = (await api.get(`jobs/${encodeURIComponent(number)}/script`)) as ScriptAnswer;
        const { showScript } = await import('../views/jobs/script');
        await showScript(number, script, trans);
      })
  });
  commands.addCommand(JOB_COMMANDS.cancel, {
    label: trans.__('Cancel'),
    caption: trans.__('Take the job out of the queue, or end it'),
    icon: closeIcon,
    describedBy: describeArgs({ job }, trans, ['job']),
    execute: args =>
      reporting(args, trans.__('The job could not be cancelled'), async () => {
        const number = String(args.job);
        if (await mayCancel(number, model, trans)) {
          await api.post(`jobs/${encodeURIComponent(number)}/cancel`);
          await model.refresh();
        }
      })
  });
}

/** Asks before a job that runs is ended; one that waits loses nothing. */
async function mayCancel(
  number: string,
  model: Resource<JobsAnswer>,
  trans: TranslationBundle
): Promise<boolean> {
  const jobs = model.state.kind === 'ready' ? model.state.value.jobs : [];
  if (jobs.find(each => each.job === number)?.state !== 'running') {
    return true;
  }
  const result = await showDialog({
    title: trans.__('Cancel job %1?', number),
    body: trans.__('It is running. What it has not finished would be lost.'),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Let it run') }),
      Dialog.warnButton({ label: trans.__('Cancel the job') })
    ]
  });
  return result.button.accept;
}
