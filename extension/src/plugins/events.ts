/** Hands Funicular's events to the other plugins. */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';

import { ServerEvents } from '../models/events';
import { IServerEvents } from '../tokens';

export const eventsPlugin: JupyterFrontEndPlugin<IServerEvents> = {
  id: '@funicular/lab:events',
  description: "Picks Funicular's events out of the server's event stream.",
  autoStart: true,
  provides: IServerEvents,
  activate: (app: JupyterFrontEnd) => new ServerEvents(app.serviceManager.events ?? null)
};
