/** Draws the cluster's numbers over time in the Compute panel. */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IThemeManager } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { ServerApi } from '../models/api';
import { IClustersModel, IComputePanel, IServerEvents } from '../tokens';

export const livePlugin: JupyterFrontEndPlugin<void> = {
  id: '@funicular/lab:live',
  description: "Draws the cluster's numbers over time in the Compute panel.",
  autoStart: true,
  requires: [IClustersModel, IServerEvents, IComputePanel],
  optional: [IThemeManager, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    clusters: IClustersModel,
    events: IServerEvents,
    panel: IComputePanel,
    themes: IThemeManager | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('funicular');
    panel.addSection({
      id: 'live',
      rank: 30,
      title: trans.__('Live'),
      create: async () => {
        const { LiveModel } = await import('../models/live');
        const { createLiveSection } = await import('../panel/live');
        const model = new LiveModel({
          api: new ServerApi(app.serviceManager.serverSettings),
          clusters,
          events
        });
        return createLiveSection({ model, themes, commands: app.commands, trans });
      }
    });
  }
};
