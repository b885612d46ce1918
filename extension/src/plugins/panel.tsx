/** The Compute panel in the left side bar; it comes back after a reload as it was left. */
import { ILabShell, ILayoutRestorer, JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IComputePanel } from '../tokens';
import { funicularIcon } from '../views/icons';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- it is added to the side bar at once
import { ComputePanel } from '../panel/panel';

const ID = '@funicular/lab:panel';
const SHOW = 'funicular:show-panel';

export const panelPlugin: JupyterFrontEndPlugin<IComputePanel> = {
  id: ID,
  description: 'The Compute panel in the left side bar.',
  autoStart: true,
  provides: IComputePanel,
  optional: [ILabShell, ILayoutRestorer, IStateDB, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    labShell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    stateDB: IStateDB | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('funicular');
    const panel = new ComputePanel({ trans, activate: ({ id }) => (labShell ?? app.shell).activateById(id) });
    app.shell.add(panel, 'left', { rank: 150, type: 'Compute' });
    restorer?.add(panel, panel.id);
    if (stateDB !== null) {
      void rememberSections(panel, stateDB);
    }
    app.commands.addCommand(SHOW, {
      label: trans.__('Show the Compute panel'),
      caption: trans.__('Your cluster, what it costs, what waits and why'),
      icon: funicularIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            section: {
              type: 'string',
              description: trans.__('The part to bring into view: cluster, scale, live, jobs, wrong, ledger')
            }
          }
        }
      },
      execute: args => panel.reveal(args.section as string | undefined)
    });
    palette?.addItem({ command: SHOW, category: trans.__('Funicular') });
    return panel;
  }
};

/** Open and closed sections, kept with the workspace. */
async function rememberSections(panel: ComputePanel, stateDB: IStateDB): Promise<void> {
  const kept = await stateDB.fetch(ID).catch(() => undefined);
  if (typeof kept === 'object' && kept !== null) {
    panel.restore(kept as Record<string, boolean>);
  }
  panel.toggled.connect(() => {
    const isOpen = Object.fromEntries(panel.sections.map(each => [each.section.id, each.isOpen]));
    void stateDB.save(ID, isOpen);
  });
}
