/** What died in the user's clusters, in the panel. */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { ServerApi } from '../models/api';
import { ObituariesAnswer } from '../contract.gen';
import { hasArray, Resource } from '../models/resource';
import { IComputePanel, IServerEvents } from '../tokens';

const EVERY_MS = 15_000;

export const wrongPlugin: JupyterFrontEndPlugin<void> = {
  id: '@funicular/lab:wrong',
  description: "Says what died in the user's clusters, why, and what to do next.",
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
    const model = new Resource<ObituariesAnswer>({
      api: new ServerApi(app.serviceManager.serverSettings),
      path: 'obituaries',
      is: hasArray<ObituariesAnswer>('obituaries'),
      isEmpty: answer => answer.obituaries.length === 0,
      every_ms: EVERY_MS
    });
    model.refreshOn(events, ['died']);
    panel.addSection({
      id: 'wrong',
      rank: 50,
      title: trans.__('What went wrong'),
      create: async () => {
        const { createWrongSection } = await import('../panel/wrong');
        return createWrongSection({ model, commands: app.commands, trans });
      }
    });
  }
};
