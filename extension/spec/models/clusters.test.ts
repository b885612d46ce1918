import { ProblemError } from '../../src/models/api';
import { ClustersModel } from '../../src/models/clusters';
import { cluster, PaperServer, view } from '../worlds';

const problem = { type: 't', title: 'Gone.', status: 503, detail: '', next_step: '', message: 'Gone. Wait.' };

/** A model that asks only when told to. */
function quietModel(server: PaperServer): ClustersModel {
  return new ClustersModel({ api: server, frequency: { interval: 3600_000, max: 3600_000 } });
}

describe('ClustersModel', () => {
  it('is loading until the server has answered', async () => {
    const model = quietModel(new PaperServer({ session: 'lab-1', clusters: [] }));
    expect(model.state).toEqual({ kind: 'loading' });

    await model.refresh();

    expect(model.state).toEqual({ kind: 'ready', clusters: [] });
    expect(model.sessionCluster).toBeNull();
    model.dispose();
  });

  it('says that it changed when it did, and only then', async () => {
    const server = new PaperServer({ session: 'lab-1', clusters: [cluster()] });
    const model = quietModel(server);
    let changes = 0;
    model.changed.connect(() => {
      changes += 1;
    });
    await model.refresh();
    await model.refresh();
    expect(changes).toBe(1);

    server.answer = { session: 'lab-1', clusters: [cluster({ view: view({ nodes: 2 }) })] };
    await model.refresh();

    expect(changes).toBe(2);
    model.dispose();
  });

  it("finds the session's own cluster, one that answers first", async () => {
    const others = cluster({ name: 'other', is_session: false });
    const silent = cluster({ name: 'lab-1-0000', view: null });
    const model = quietModel(new PaperServer({ session: 'lab-1', clusters: [others, silent, cluster()] }));
    await model.refresh();

    expect(model.sessionCluster?.name).toBe('lab-1-ab12');
    model.dispose();
  });

  it('keeps the words of a problem and recovers from it', async () => {
    const server = new PaperServer(new ProblemError(problem));
    const model = quietModel(server);
    await model.refresh();
    expect(model.state).toEqual({ kind: 'problem', problem });

    server.answer = { session: 'lab-1', clusters: [] };
    await model.refresh();

    expect(model.state.kind).toBe('ready');
    model.dispose();
  });

  it('treats an answer of another shape as a problem', async () => {
    const model = quietModel(new PaperServer('<html>a login page</html>'));
    await model.refresh();

    expect(model.state.kind).toBe('problem');
    model.dispose();
  });

  it('stops a cluster by its name and looks again', async () => {
    const server = new PaperServer({ session: 'lab-1', clusters: [] });
    const model = quietModel(server);
    await model.refresh();
    server.asked = [];
    await model.stop('lab-1-ab12');

    expect(server.asked).toEqual(['POST clusters/lab-1-ab12/stop', 'GET clusters']);
    model.dispose();
  });

  it('asks no more once it is disposed', async () => {
    const server = new PaperServer({ session: 'lab-1', clusters: [] });
    const model = new ClustersModel({ api: server, frequency: { interval: 5, max: 5 } });
    await model.refresh();
    model.dispose();
    const asked = server.asked.length;
    await new Promise(resolve => setTimeout(resolve, 50));

    expect(server.asked.length).toBe(asked);
    expect(model.isDisposed).toBe(true);
  });
});
