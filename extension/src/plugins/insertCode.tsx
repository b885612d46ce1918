/** Puts a cell into the notebook that connects to a cluster here and elsewhere; shown before, undone in one step. */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, ICommandPalette, showDialog } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';

import { insertPortableCode, PORTABLE_CODE } from '../models/portableCode';
import { funicularIcon } from '../views/icons';

const INSERT = 'funicular:insert-code';

export const insertCodePlugin: JupyterFrontEndPlugin<void> = {
  id: '@funicular/lab:insert-code',
  description: 'Inserts a cell that connects to a cluster, here and elsewhere.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('funicular');
    app.commands.addCommand(INSERT, {
      label: trans.__('Insert Code That Connects to a Cluster'),
      caption: trans.__('A new cell with a Dask client; it works with and without Funicular'),
      icon: funicularIcon,
      describedBy: { args: { type: 'object', properties: {} } },
      isEnabled: () => Boolean(tracker.currentWidget?.model && !tracker.currentWidget.model.readOnly),
      execute: async () => {
        const notebook = tracker.currentWidget?.content;
        const cells = notebook?.model?.sharedModel;
        if (notebook === undefined || cells === undefined) {
          return;
        }
        const { button } = await showDialog({
          title: trans.__('Insert this cell below?'),
          body: <pre className="jp-funicular-code">{PORTABLE_CODE}</pre>,
          buttons: [Dialog.cancelButton(), Dialog.okButton({ label: trans.__('Insert') })]
        });
        if (button.accept) {
          notebook.activeCellIndex = insertPortableCode(cells, notebook.activeCellIndex);
        }
      }
    });
    palette?.addItem({ command: INSERT, category: trans.__('Funicular') });
  }
};
