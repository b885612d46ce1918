/** Keeps this user's clusters up to date for the other plugins. */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';

import { ServerApi } from '../models/api';
import { ClustersModel } from '../models/clusters';
import { IClustersModel, IServerEvents } from '../tokens';

export const clustersPlugin: JupyterFrontEndPlugin<IClustersModel> = {
  id: '@funicular/lab:clusters',
  description: "Keeps this user's clusters up to date.",
  autoStart: true,
  requires: [IServerEvents],
  provides: IClustersModel,
  activate: (app: JupyterFrontEnd, events: IServerEvents) =>
    new ClustersModel({ api: new ServerApi(app.serviceManager.serverSettings), events })
};
