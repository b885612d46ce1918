/** A card in the launcher that opens the user's copy of the welcome notebook. */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, showErrorMessage } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { StartHereAnswer } from '../contract.gen';
import { ServerApi } from '../models/api';
import { funicularIcon } from '../views/icons';

const START_HERE = 'funicular:start-here';

export const startHerePlugin: JupyterFrontEndPlugin<void> = {
  id: '@funicular/lab:start-here',
  description: "Opens the user's copy of the welcome notebook.",
  autoStart: true,
  optional: [ILauncher, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    launcher: ILauncher | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('funicular');
    const api = new ServerApi(app.serviceManager.serverSettings);
    app.commands.addCommand(START_HERE, {
      label: trans.__('Start here'),
      caption: trans.__('Open a notebook that shows how ordinary Python runs on many nodes'),
      icon: funicularIcon,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: async () => {
        try {
          const { path } = (await api.post('start-here')) as StartHereAnswer;
          return await app.commands.execute('docmanager:open', { path });
        } catch (error) {
          await showErrorMessage(trans.__('The notebook could not be opened'), error as Error);
        }
      }
    });
    const category = trans.__('Funicular');
    launcher?.add({ command: START_HERE, category, rank: 0, categoryRank: 0 });
    palette?.addItem({ command: START_HERE, category });
  }
};
