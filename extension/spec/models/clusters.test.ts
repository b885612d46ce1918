import { ProblemError } from '../../src/models/api';
import { ClustersModel } from '../../src/models/clusters';
import { ServerEvents } from '../../src/models/events';
import { cluster, PaperEvents, PaperServer, view } from '../worlds';

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

    expect(model.state).toMatchObject({ kind: 'ready', clusters: [] });
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

  it('starts, scales, keeps and retries by the paths of the server', async () => {
    const server = new PaperServer({ session: 'lab-1', clusters: [] });
    const model = quietModel(server);
    server.answers = { 'clusters/lab-1-ab12/keep': { keep: true, note: 'until 12:00' } };
    await model.start({ nodes: 2 });
    await model.scale('lab-1-ab12', { nodes: 4 });
    expect(await model.keep('lab-1-ab12', true)).toBe('until 12:00');
    await model.retry('lab-1-ab12');

    expect(server.posted).toEqual([
      ['clusters', { nodes: 2 }],
      ['clusters/lab-1-ab12/scale', { nodes: 4 }],
      ['clusters/lab-1-ab12/keep', { keep: true }],
      ['clusters/lab-1-ab12/retry', {}]
    ]);
    model.dispose();
  });

  it('shows what events say without asking, at most twice a second', async () => {
    const server = new PaperServer({ session: 'lab-1', clusters: [cluster()] });
    const source = new PaperEvents();
    const events = new ServerEvents(source);
    const model = new ClustersModel({ api: server, events, frequency: { interval: 3600_000 } });
    await model.refresh();
    server.asked = [];
    let changes = 0;
    model.changed.connect(() => {
      changes += 1;
    });

    for (let done = 1; done <= 50; done += 1) {
      source.say('cluster-changed', { cluster: cluster({ view: view({ tasks_done: done }) }) });
      await new Promise(resolve => setTimeout(resolve, 15));
    }
    expect(changes).toBeLessThanOrEqual(3);
    await vi.waitFor(() => expect(model.sessionCluster?.view?.tasks_done).toBe(50));

    source.say('cluster-gone', { name: 'lab-1-ab12' });
    await vi.waitFor(() => expect(model.sessionCluster).toBeNull());
    expect(server.asked).toEqual([]);
    model.dispose();
  });

  it('asks in turn only until it hears', async () => {
    const server = new PaperServer({ session: 'lab-1', clusters: [] });
    const source = new PaperEvents();
    source.isOpen = false;
    const events = new ServerEvents(source);
    const model = new ClustersModel({ api: server, events, frequency: { interval: 5, max: 5 } });
    await vi.waitFor(() => expect(server.asked.length).toBeGreaterThan(8));
    expect(source.emitted.length).toBe(5);
    source.say('hello', {});
    await new Promise(resolve => setTimeout(resolve, 20));
    const asked = server.asked.length;
    await new Promise(resolve => setTimeout(resolve, 60));

    expect(server.asked.length).toBe(asked);
    model.dispose();
  });

  it('asks nothing while the page is hidden, not even once', async () => {
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    const server = new PaperServer({ session: 'lab-1', clusters: [] });
    const model = new ClustersModel({ api: server, frequency: { interval: 5, max: 5 } });
    await new Promise(resolve => setTimeout(resolve, 40));

    expect(server.asked).toEqual([]);
    hidden.mockRestore();
    await vi.waitFor(() => expect(server.asked.length).toBeGreaterThan(0));
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
