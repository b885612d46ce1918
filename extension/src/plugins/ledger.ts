/** What the user's clusters cost, in the panel. */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { LedgerAnswer } from '../contract.gen';
import { ServerApi } from '../models/api';
import { hasArray, Resource } from '../models/resource';
import { IComputePanel, IServerEvents } from '../tokens';

const EVERY_MS = 10_000;

export const ledgerPlugin: JupyterFrontEndPlugin<void> = {
  id: '@funicular/lab:ledger',
  description: "Says what the user's clusters cost.",
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
    const model = new Resource<LedgerAnswer>({
      api: new ServerApi(app.serviceManager.serverSettings),
      path: 'ledger',
      is: hasArray<LedgerAnswer>('projects'),
      isEmpty: ({ now, projects }) => now.jobs === 0 && projects.length === 0,
      every_ms: EVERY_MS
    });
    model.refreshOn(events, ['cluster-gone']);
    panel.addSection({
      id: 'ledger',
      rank: 60,
      title: trans.__('Ledger'),
      create: async () => {
        const { createLedgerSection } = await import('../panel/ledger');
        return createLedgerSection({ model, trans });
      }
    });
  }
};
