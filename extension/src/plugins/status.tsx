/** Shows the session's cluster in the status bar; a click there opens the panel. */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IClustersModel } from '../tokens';
import { StatusView } from '../views/status';

const ID = '@funicular/lab:status';

export const statusPlugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: "Shows the session's cluster in the status bar.",
  autoStart: true,
  requires: [IClustersModel],
  optional: [IStatusBar, ISettingRegistry, ITranslator],
  activate: async (
    app: JupyterFrontEnd,
    model: IClustersModel,
    statusBar: IStatusBar | null,
    settings: ISettingRegistry | null,
    translator: ITranslator | null
  ) => {
    if (statusBar === null) {
      return;
    }
    const trans = (translator ?? nullTranslator).load('funicular');
    const open = (): void => void app.commands.execute('funicular:show-panel', { section: 'cluster' });
    const item = ReactWidget.create(
      <UseSignal signal={model.changed}>
        {() => <StatusView state={model.state} session={model.sessionCluster} onOpen={open} trans={trans} />}
      </UseSignal>
    );
    item.id = 'jp-funicular-status';
    const own = await settings?.load(ID).catch(() => undefined);
    statusBar.registerStatusItem(ID, {
      item,
      align: 'left',
      rank: 10,
      isActive: () => own?.get('show').composite !== false,
      activeStateChanged: own?.changed
    });
  }
};
