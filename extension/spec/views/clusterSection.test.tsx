import { nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import { LiveAnswer } from '../../src/contract.gen';
import { ClustersModel } from '../../src/models/clusters';
import { PlanModel } from '../../src/models/plan';
import { hasArray, Resource } from '../../src/models/resource';
import { CLUSTER_COMMANDS } from '../../src/views/cluster/ids';
import { createClusterSection } from '../../src/panel/cluster';
import { cluster, live, PaperServer, paperCommands, plan } from '../worlds';

const trans = nullTranslator.load('funicular');
const quiet = { interval: 3600_000, max: 3600_000 };

/** A server with this user's clusters, and what a wish and a look at them would bring. */
class Machine extends PaperServer {
  get(path: string): Promise<unknown> {
    const holder = {
      kind: 'notebook',
      name: 'a.ipynb',
      path: 'a.ipynb',
      kernel: 'k',
      host: 'login1'
    } as const;
    this.asked.push(`GET ${path}`);
    return Promise.resolve(path === 'clusters' ? this.answer : live({ holders: [holder] }));
  }
}

function attach(machine: Machine): { model: ClustersModel; body: Widget } {
  const { commands } = paperCommands(Object.values(CLUSTER_COMMANDS));
  const model = new ClustersModel({ api: machine, frequency: quiet });
  const minutes = new Resource<LiveAnswer>({
    api: machine,
    path: () => (model.sessionCluster ? `clusters/${model.sessionCluster.name}/live` : null),
    is: hasArray<LiveAnswer>('holders'),
    every_ms: 3600_000
  });
  const planned = new PlanModel({ api: machine, after_ms: 1 });
  const body = createClusterSection({ model, plan: planned, live: minutes, commands, trans });
  Widget.attach(body, document.body);
  return { model, body };
}

describe('the section of the cluster', () => {
  it('offers to start one, says what it would cost, and asks for that once', async () => {
    const machine = new Machine({ session: 'lab-1', clusters: [] });
    machine.answers = { plan: plan({ nodes: 1, core_hours: 2 }) };
    const { model, body } = attach(machine);
    await vi.waitFor(() => expect(body.node.textContent).toContain('Costs at most 2.0 core-h'));
    machine.answer = { session: 'lab-1', clusters: [cluster({ name: 'other', is_session: false })] };
    await model.refresh();
    await vi.waitFor(() => expect(body.node.textContent).toContain('Your other clusters'));

    expect(body.node.querySelectorAll('[data-look=main]').length).toBe(1);
    expect(machine.posted).toEqual([['plan', {}]]);
    body.dispose();
  });

  it('shows the cluster as soon as it is there, with who uses it', async () => {
    const machine = new Machine({ session: 'lab-1', clusters: [] });
    const { model, body } = attach(machine);
    await model.refresh();
    machine.answer = { session: 'lab-1', clusters: [cluster(), cluster({ name: 'x', is_session: false })] };
    await model.refresh();

    await vi.waitFor(() => expect(body.node.textContent).toContain('Used by a.ipynb'));
    expect(body.node.textContent).toContain('Running on 4 nodes');
    expect(body.node.textContent).toContain('Your other clusters');
    expect(body.title.caption).toBe('0.050 core-h');
    body.dispose();
  });
});
