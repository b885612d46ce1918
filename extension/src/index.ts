/** The plugins of @funicular/lab: a list, nothing more. */
import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { clustersPlugin } from './plugins/clusters';
import { dashboardPlugin } from './plugins/dashboard';
import { eventsPlugin } from './plugins/events';
import { insertCodePlugin } from './plugins/insertCode';
import { notebookPlugin } from './plugins/notebook';
import { panelPlugin } from './plugins/panel';
import { startHerePlugin } from './plugins/startHere';
import { statusPlugin } from './plugins/status';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  eventsPlugin as JupyterFrontEndPlugin<unknown>,
  clustersPlugin as JupyterFrontEndPlugin<unknown>,
  panelPlugin as JupyterFrontEndPlugin<unknown>,
  statusPlugin,
  startHerePlugin,
  dashboardPlugin,
  notebookPlugin,
  insertCodePlugin
];

export default plugins;
