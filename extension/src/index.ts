/** The plugins of @funicular/lab: a list, nothing more. */
import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { clustersPlugin } from './plugins/clusters';
import { startHerePlugin } from './plugins/startHere';
import { statusPlugin } from './plugins/status';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  clustersPlugin as JupyterFrontEndPlugin<unknown>,
  statusPlugin,
  startHerePlugin
];

export default plugins;
