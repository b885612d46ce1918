/** Opens Dask's own dashboard of a cluster in a tab, through the Jupyter login. */
import { ILayoutRestorer, JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { URLExt } from '@jupyterlab/coreutils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import { ServerApi } from '../models/api';
import { IClustersModel } from '../tokens';
import { funicularIcon } from '../views/icons';

const OPEN = 'funicular:open-dashboard';
const PAGE = 'status';
const PREFIX = 'jp-funicular-dashboard-';

export const dashboardPlugin: JupyterFrontEndPlugin<void> = {
  id: '@funicular/lab:dashboard',
  description: "Opens Dask's own dashboard of a cluster in a tab.",
  autoStart: true,
  requires: [IClustersModel],
  optional: [ILayoutRestorer, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    clusters: IClustersModel,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('funicular');
    const { serverSettings } = app.serviceManager;
    const api = new ServerApi(serverSettings);
    const tabs = new WidgetTracker<MainAreaWidget>({ namespace: 'funicular-dashboard' });

    const makeTab = async (name: string): Promise<MainAreaWidget> => {
      const { DashboardModel } = await import('../models/dashboard');
      const { DashboardView } = await import('../views/dashboard');
      const path = URLExt.join('..', 'dashboard', name, PAGE);
      const address = URLExt.join(serverSettings.baseUrl, 'funicular', 'dashboard', name, PAGE);
      const model = new DashboardModel({ api, name, path, address });
      const content = ReactWidget.create(
        <UseSignal signal={model.changed}>
          {() => (
            <DashboardView name={name} state={model.state} trans={trans} onRetry={() => void model.look()} />
          )}
        </UseSignal>
      );
      content.addClass('jp-funicular-dashboard');
      const tab = new MainAreaWidget({ content });
      tab.id = `${PREFIX}${name}`;
      tab.title.label = trans.__('Dask: %1', name);
      tab.title.caption = trans.__("Dask's dashboard of the cluster %1", name);
      tab.title.icon = funicularIcon;
      tab.title.closable = true;
      tab.disposed.connect(() => model.dispose());
      app.shell.add(tab, 'main', { mode: 'split-right' });
      await tabs.add(tab);
      return tab;
    };

    app.commands.addCommand(OPEN, {
      label: trans.__("Open Dask's dashboard"),
      caption: trans.__('Task stream, workers and graphs of the cluster, as Dask shows them'),
      icon: funicularIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            cluster: {
              type: 'string',
              description: trans.__("The cluster's name; the session's if it is left out")
            }
          }
        }
      },
      isEnabled: args => Boolean(args.cluster ?? clusters.sessionCluster),
      execute: async args => {
        const name = (args.cluster as string | undefined) ?? clusters.sessionCluster?.name;
        if (name === undefined) {
          return;
        }
        const id = `${PREFIX}${name}`;
        if (!tabs.find(each => each.id === id)) {
          await makeTab(name);
        }
        app.shell.activateById(id);
      }
    });
    clusters.changed.connect(() => app.commands.notifyCommandChanged(OPEN));
    palette?.addItem({ command: OPEN, category: trans.__('Funicular') });
    void restorer?.restore(tabs, {
      command: OPEN,
      args: tab => ({ cluster: nameOf(tab) }),
      name: tab => nameOf(tab)
    });
  }
};

function nameOf(tab: MainAreaWidget): string {
  return tab.id.slice(PREFIX.length);
}
