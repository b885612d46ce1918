/** The plugins of @funicular/lab: a list, nothing more. */
import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { clusterPlugin } from './plugins/cluster';
import { clustersPlugin } from './plugins/clusters';
import { dashboardPlugin } from './plugins/dashboard';
import { eventsPlugin } from './plugins/events';
import { insertCodePlugin } from './plugins/insertCode';
import { jobsPlugin } from './plugins/jobs';
import { ledgerPlugin } from './plugins/ledger';
import { livePlugin } from './plugins/live';
import { notebookPlugin } from './plugins/notebook';
import { notificationsPlugin } from './plugins/notifications';
import { panelPlugin } from './plugins/panel';
import { scalePlugin } from './plugins/scale';
import { startHerePlugin } from './plugins/startHere';
import { statusPlugin } from './plugins/status';
import { wrongPlugin } from './plugins/wrong';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  eventsPlugin as JupyterFrontEndPlugin<unknown>,
  clustersPlugin as JupyterFrontEndPlugin<unknown>,
  panelPlugin as JupyterFrontEndPlugin<unknown>,
  clusterPlugin,
  scalePlugin,
  jobsPlugin,
  wrongPlugin,
  ledgerPlugin,
  statusPlugin,
  startHerePlugin,
  dashboardPlugin,
  livePlugin,
  notebookPlugin,
  insertCodePlugin,
  notificationsPlugin
];

export default plugins;
