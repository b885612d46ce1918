/** Sets how big the session's cluster is, in the panel and by command. */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { ICommandPalette } from '@jupyterlab/apputils';
import { launchIcon } from '@jupyterlab/ui-components';

import { QueuesAnswer, Wish } from '../contract.gen';
import { ServerApi } from '../models/api';
import { PlanModel } from '../models/plan';
import { hasArray, Resource } from '../models/resource';
import { IClustersModel, IComputePanel } from '../tokens';
import { CHOOSE_COMMAND, SCALE_COMMAND } from '../views/scale/ids';
import { describeArgs, reporting } from '../panel/reporting';

const QUEUES_EVERY_MS = 60_000;

export const scalePlugin: JupyterFrontEndPlugin<void> = {
  id: '@funicular/lab:scale',
  description: "Sets how big the session's cluster is.",
  autoStart: true,
  requires: [IClustersModel],
  optional: [IComputePanel, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    model: IClustersModel,
    panel: IComputePanel | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('funicular');
    const { commands } = app;
    commands.addCommand(SCALE_COMMAND, {
      label: trans.__('Set the size of the cluster'),
      caption: trans.__('Ask for so many nodes or cores in all; starts the cluster where there is none'),
      icon: launchIcon,
      describedBy: describeArgs(
        {
          wish: {
            type: 'object',
            description: trans.__(
              'What it shall have: nodes, cores, memory_bytes, gpus, hours, queue, account'
            )
          }
        },
        trans
      ),
      execute: args =>
        reporting(args, trans.__('The cluster cannot have this size'), async () => {
          const wish = (args.wish ?? {}) as Wish;
          const cluster = model.sessionCluster;
          await (cluster === null ? model.start(wish) : model.scale(cluster.name, wish));
        })
    });
    if (panel === null) {
      return;
    }
    panel.addSection({
      id: 'scale',
      rank: 20,
      title: trans.__('Scale'),
      create: async () => {
        const { createScaleSection } = await import('../panel/scale');
        const api = new ServerApi(app.serviceManager.serverSettings);
        const is = hasArray<QueuesAnswer>('queues');
        const isEmpty = (answer: QueuesAnswer): boolean => answer.queues.length === 0;
        const queues = new Resource({ api, path: 'queues', is, isEmpty, every_ms: QUEUES_EVERY_MS });
        return createScaleSection({ model, plan: new PlanModel({ api }), queues, commands, trans });
      }
    });
    commands.addCommand(CHOOSE_COMMAND, {
      label: trans.__('Choose the size of the cluster'),
      caption: trans.__('Show how many nodes there can be, and what they would cost'),
      icon: launchIcon,
      describedBy: describeArgs({}, trans),
      execute: () => panel.reveal('scale')
    });
    palette?.addItem({ command: CHOOSE_COMMAND, category: trans.__('Funicular') });
  }
};
