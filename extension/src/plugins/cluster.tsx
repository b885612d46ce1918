/** The session's cluster in the panel, and the commands that start, end and keep it. */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, ICommandPalette, Notification, showDialog } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator, TranslationBundle } from '@jupyterlab/translation';
import { lockIcon, refreshIcon, runIcon, stopIcon } from '@jupyterlab/ui-components';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { ClusterView, LiveAnswer, Wish } from '../contract.gen';
import { ServerApi } from '../models/api';
import { PlanModel } from '../models/plan';
import { hasArray, Resource } from '../models/resource';
import { IClustersModel, IComputePanel } from '../tokens';
import { CLUSTER_COMMANDS } from '../views/cluster/ids';
import { describeArgs, reporting } from '../panel/reporting';

const ID = '@funicular/lab:cluster';
const HOLDERS_EVERY_MS = 5000;

export const clusterPlugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: "Shows the session's cluster in the Compute panel; starts, ends and keeps it.",
  autoStart: true,
  requires: [IClustersModel],
  optional: [IComputePanel, ICommandPalette, ISettingRegistry, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    model: IClustersModel,
    panel: IComputePanel | null,
    palette: ICommandPalette | null,
    registry: ISettingRegistry | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('funicular');
    panel?.addSection({
      id: 'cluster',
      rank: 10,
      title: trans.__('Cluster'),
      create: async () => {
        const { createClusterSection } = await import('../panel/cluster');
        const api = new ServerApi(app.serviceManager.serverSettings);
        const live = new Resource<LiveAnswer>({
          api,
          name: 'holders',
          path: () => (model.sessionCluster?.view ? `clusters/${model.sessionCluster.name}/live` : null),
          is: hasArray<LiveAnswer>('holders'),
          every_ms: HOLDERS_EVERY_MS
        });
        return createClusterSection({
          model,
          plan: new PlanModel({ api }),
          live,
          commands: app.commands,
          trans
        });
      }
    });
    const asksAlways = async (): Promise<boolean> => {
      const settings = await registry?.load(ID).catch(() => undefined);
      return settings?.get('askBeforeStop').composite === 'always';
    };
    addCommands(app, model, asksAlways, trans);
    const category = trans.__('Funicular');
    Object.values(CLUSTER_COMMANDS).forEach(command => palette?.addItem({ command, category }));
    model.changed.connect(() => app.commands.notifyCommandChanged());
  }
};

function addCommands(
  { commands }: JupyterFrontEnd,
  model: IClustersModel,
  asksAlways: () => Promise<boolean>,
  trans: TranslationBundle
): void {
  const name = { type: 'string', description: trans.__("The cluster's name; the session's own if left out") };
  const wish = {
    type: 'object',
    description: trans.__('What it shall have: nodes, cores, hours, queue, ...')
  };
  const viewOf = (args: ReadonlyPartialJSONObject): ClusterView | null =>
    find(model, args.name)?.view ?? null;
  const nameOf = (args: ReadonlyPartialJSONObject): string =>
    String(find(model, args.name)?.name ?? args.name);

  commands.addCommand(CLUSTER_COMMANDS.start, {
    label: trans.__('Start a cluster'),
    caption: trans.__("Ask for nodes for this JupyterLab's notebooks"),
    icon: runIcon,
    describedBy: describeArgs({ wish }, trans),
    isEnabled: () => model.sessionCluster === null,
    execute: args =>
      reporting(args, trans.__('The cluster could not be started'), () =>
        model.start((args.wish ?? {}) as Wish)
      )
  });
  commands.addCommand(CLUSTER_COMMANDS.stop, {
    label: trans.__('Stop the cluster'),
    caption: trans.__('Give all nodes back and end the cluster; asks only if work runs on it'),
    icon: stopIcon,
    describedBy: describeArgs({ name }, trans),
    isEnabled: args => find(model, args.name) !== null,
    execute: args =>
      reporting(args, trans.__('The cluster could not be stopped'), async () => {
        if (await mayStop(viewOf(args), await asksAlways(), trans)) {
          await model.stop(nameOf(args));
        }
      })
  });
  commands.addCommand(CLUSTER_COMMANDS.keep, {
    label: trans.__('Keep it'),
    caption: trans.__('Let it stay when the last notebook is closed; it may cost as long as it has nodes'),
    icon: lockIcon,
    describedBy: describeArgs({ name }, trans),
    isEnabled: args => viewOf(args) !== null,
    isToggleable: true,
    isToggled: args => viewOf(args)?.keep ?? false,
    execute: args =>
      reporting(args, trans.__('This could not be set'), async () => {
        const note = await model.keep(nameOf(args), !viewOf(args)?.keep);
        if (note) {
          Notification.info(note);
        }
      })
  });
  commands.addCommand(CLUSTER_COMMANDS.retry, {
    label: trans.__('Try again'),
    caption: trans.__('Forget what kept the cluster from growing, and ask for its nodes again'),
    icon: refreshIcon,
    describedBy: describeArgs({ name }, trans),
    isEnabled: args => Boolean(viewOf(args)?.problem),
    execute: args => reporting(args, trans.__('It still cannot start'), () => model.retry(nameOf(args)))
  });
}

/** The cluster of this name, else the session's. */
function find(model: IClustersModel, name: unknown): IClustersModel['sessionCluster'] {
  const clusters = model.state.kind === 'ready' ? model.state.clusters : [];
  return typeof name === 'string'
    ? (clusters.find(each => each.name === name) ?? null)
    : model.sessionCluster;
}

/** Asks only where something would be lost. */
async function mayStop(
  view: ClusterView | null,
  asksAlways: boolean,
  trans: TranslationBundle
): Promise<boolean> {
  const tasks = view ? view.tasks_running + view.tasks_waiting : 0;
  if (tasks === 0 && !asksAlways) {
    return true;
  }
  const body =
    tasks > 0
      ? trans._n(
          'One task is not finished; it would be lost.',
          '%1 tasks are not finished; they would be lost.',
          tasks
        )
      : trans.__('Nothing runs on it at the moment.');
  const result = await showDialog({
    title: trans.__('Stop the cluster?'),
    body,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Let it run') }),
      Dialog.warnButton({ label: trans.__('Stop') })
    ]
  });
  return result.button.accept;
}
