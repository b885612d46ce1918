/** Shows in a notebook's toolbar which cluster it uses, and lets it leave and come back. */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import { INotebookTracker, NotebookActions, NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator, TranslationBundle } from '@jupyterlab/translation';
import { MenuSvg, ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { AttachmentModel } from '../models/attachment';
import { IClustersModel } from '../tokens';
import { funicularIcon } from '../views/icons';

const AttachmentView = React.lazy(() => import('../views/attachment'));

const ID = '@funicular/lab:notebook';
const ATTACH = 'funicular:attach';
const DETACH = 'funicular:detach';

/** The item's name in `schema/notebook.json`; a chip for how far work is made parallel has its place after it. */
const ITEM = 'funicular-cluster';

export const notebookPlugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Shows in a notebook which cluster it uses, and lets it leave and come back.',
  autoStart: true,
  requires: [IClustersModel, INotebookTracker],
  optional: [IToolbarWidgetRegistry, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    clusters: IClustersModel,
    tracker: INotebookTracker,
    toolbars: IToolbarWidgetRegistry | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('funicular');
    const models = new WeakMap<NotebookPanel, AttachmentModel>();
    const modelOf = (panel: NotebookPanel): AttachmentModel => {
      const model = models.get(panel) ?? new AttachmentModel(panel.sessionContext);
      if (!models.has(panel)) {
        models.set(panel, model);
        panel.disposed.connect(() => model.dispose());
        model.changed.connect(() => [ATTACH, DETACH].forEach(id => app.commands.notifyCommandChanged(id)));
      }
      return model;
    };
    const current = (): AttachmentModel | null =>
      tracker.currentWidget === null ? null : modelOf(tracker.currentWidget);

    addCommands(app.commands, current, trans);
    [ATTACH, DETACH].forEach(command => palette?.addItem({ command, category: trans.__('Funicular') }));
    NotebookActions.executed.connect((_, { notebook, cell }) => {
      const panel = tracker.find(each => each.content === notebook);
      const mayHaveLoadedUs = cell.model.sharedModel.source.includes('funicular');
      if (panel && mayHaveLoadedUs && modelOf(panel).state.kind === 'empty') {
        modelOf(panel).look();
      }
    });
    toolbars?.addFactory<NotebookPanel>('Notebook', ITEM, panel => {
      const model = modelOf(panel);
      const menu = makeMenu(app.commands, trans);
      const item = ReactWidget.create(
        <UseSignal signal={clusters.changed}>
          {() => (
            <UseSignal signal={model.changed}>
              {() => (
                <React.Suspense fallback={null}>
                  <AttachmentView
                    state={model.state}
                    cluster={clusterOf(model, clusters)}
                    trans={trans}
                    onMenu={(left, bottom) => menu.open(left, bottom)}
                  />
                </React.Suspense>
              )}
            </UseSignal>
          )}
        </UseSignal>
      );
      item.disposed.connect(() => menu.dispose());
      return item;
    });
  }
};

function clusterOf({ state }: AttachmentModel, clusters: IClustersModel): ReturnType<typeof find> {
  return find(state.kind === 'ready' ? state.value.cluster : '', clusters);
}

function find(name: string, { state }: IClustersModel) {
  const known = state.kind === 'ready' ? state.clusters : [];
  return known.find(each => each.name === name) ?? null;
}

function makeMenu(commands: CommandRegistry, trans: TranslationBundle): MenuSvg {
  const menu = new MenuSvg({ commands });
  menu.title.label = trans.__('Cluster of this notebook');
  for (const command of [ATTACH, DETACH, 'funicular:show-panel', 'funicular:open-dashboard']) {
    if (commands.hasCommand(command)) {
      menu.addItem({ command });
    }
  }
  return menu;
}

function addCommands(
  commands: CommandRegistry,
  current: () => AttachmentModel | null,
  trans: TranslationBundle
): void {
  const isAttached = (): boolean | null => {
    const state = current()?.state;
    return state?.kind === 'ready' ? state.value.isAttached : null;
  };
  commands.addCommand(ATTACH, {
    label: trans.__('Attach the notebook to the cluster'),
    caption: trans.__('Let heavy work of this notebook go to the cluster again'),
    icon: funicularIcon,
    describedBy: { args: { type: 'object', properties: {} } },
    isEnabled: () => isAttached() === false,
    execute: () => current()?.attach()
  });
  commands.addCommand(DETACH, {
    label: trans.__('Detach the notebook from the cluster'),
    caption: trans.__('Keep all work of this notebook in its kernel; the cluster is left to others'),
    describedBy: { args: { type: 'object', properties: {} } },
    isEnabled: () => isAttached() === true,
    execute: () => current()?.detach()
  });
}
