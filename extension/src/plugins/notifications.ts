/** Tells the user at once when something died or a long wait is over, with the next step as a button. */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator, TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';

import { INews, News } from '../models/news';
import { IServerEvents } from '../tokens';
import { NEXT_STEPS } from '../views/wrong/ids';

const ID = '@funicular/lab:notifications';
const WAIT_SHOWN_MS = 15_000; // a death stays until it was read

export const notificationsPlugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Tells when something died or a long wait is over.',
  autoStart: true,
  requires: [IServerEvents],
  optional: [ISettingRegistry, ITranslator],
  activate: async (
    app: JupyterFrontEnd,
    events: IServerEvents,
    registry: ISettingRegistry | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('funicular');
    const news = new News(trans);
    const shown = new Map<string, string>();
    const settings = await registry?.load(ID).catch(() => undefined);
    events.heard.connect((_, event) => {
      const told = news.read(event);
      const setting = told?.kind === 'success' ? 'tellWaits' : 'tellDeaths';
      if (told !== null && settings?.get(setting).composite !== false) {
        tell(told, shown, app.commands, trans);
      }
    });
  }
};

function tell(
  news: INews,
  shown: Map<string, string>,
  commands: CommandRegistry,
  trans: TranslationBundle
): void {
  const autoClose: number | false = news.kind === 'success' ? WAIT_SHOWN_MS : false;
  const options = { autoClose, actions: actionsFor(news, commands, trans) };
  const before = news.isFirst ? undefined : shown.get(news.group);
  const isThere = before !== undefined && Notification.manager.has(before);
  if (isThere && Notification.update({ id: before, message: news.message, type: news.kind, ...options })) {
    return;
  }
  shown.set(news.group, Notification.emit(news.message, news.kind, options));
}

function actionsFor(
  news: INews,
  commands: CommandRegistry,
  trans: TranslationBundle
): Notification.IAction[] {
  const section = news.kind === 'success' ? 'cluster' : 'wrong';
  const look: Notification.IAction = {
    label: news.kind === 'success' ? trans.__('Show the cluster') : trans.__('What happened'),
    callback: () => void commands.execute('funicular:show-panel', { section })
  };
  const command = news.next && NEXT_STEPS[news.next];
  if (!command || !commands.hasCommand(command)) {
    return [look];
  }
  const args = { name: news.cluster };
  const next: Notification.IAction = {
    label: commands.label(command, args),
    caption: commands.caption(command, args),
    displayType: 'accent',
    callback: () => void commands.execute(command, args)
  };
  return [look, next];
}
