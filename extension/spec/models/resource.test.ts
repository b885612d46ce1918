import { ProblemError } from '../../src/models/api';
import { ServerEvents } from '../../src/models/events';
import { hasArray, Resource } from '../../src/models/resource';
import { PaperEvents, PaperServer } from '../worlds';

interface IJobs {
  jobs: string[];
}
const problem = { type: 't', title: 'Gone.', status: 503, detail: '', next_step: '', message: 'Gone. Wait.' };

function jobs(server: PaperServer, every_ms: number = 3600_000): Resource<IJobs> {
  const isEmpty = (answer: IJobs): boolean => answer.jobs.length === 0;
  return new Resource({ api: server, path: 'jobs', is: hasArray<IJobs>('jobs'), isEmpty, every_ms });
}

const wait = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

describe('Resource', () => {
  it('goes from loading to empty, ready and a problem', async () => {
    const server = new PaperServer({ jobs: [] });
    const model = jobs(server);
    expect(model.state).toEqual({ kind: 'loading' });

    await model.refresh();
    expect(model.state.kind).toBe('empty');

    server.answer = { jobs: ['4711'] };
    await model.refresh();
    expect(model.state).toMatchObject({ kind: 'ready', value: { jobs: ['4711'] } });

    server.answer = new ProblemError(problem);
    await model.refresh();
    expect(model.state).toEqual({ kind: 'problem', problem });

    server.answer = 'a login page';
    await model.refresh();
    expect(model.state.kind).toBe('problem');
    model.dispose();
  });

  it('says that it changed when it did, and only then', async () => {
    const server = new PaperServer({ jobs: ['4711'] });
    const model = jobs(server);
    let changes = 0;
    model.changed.connect(() => {
      changes += 1;
    });
    await model.refresh();
    await wait(2);
    await model.refresh();

    expect(changes).toBe(1);
    model.dispose();
  });

  it('asks nothing until somebody looks, and nothing once nobody does', async () => {
    const server = new PaperServer({ jobs: [] });
    const model = jobs(server, 5);
    await wait(30);
    expect(server.asked).toEqual([]);

    await model.refresh();
    await wait(30);
    expect(server.asked).toEqual(['GET jobs']);

    const watch = model.watch();
    await vi.waitFor(() => expect(server.asked.length).toBeGreaterThan(3));
    watch.dispose();
    await wait(10);
    const asked = server.asked.length;
    await wait(30);

    expect(server.asked.length).toBe(asked);
    model.dispose();
  });

  it('asks nothing while the page is hidden, unless it is told to', async () => {
    const server = new PaperServer({ jobs: [] });
    const model = jobs(server, 5);
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    const watch = model.watch();
    await wait(30);
    expect(server.asked).toEqual([]);

    await model.refresh();
    expect(server.asked).toEqual(['GET jobs']);

    hidden.mockRestore();
    await vi.waitFor(() => expect(server.asked.length).toBeGreaterThan(1));
    watch.dispose();
    model.dispose();
  });

  it('asks at once when an event says so, while somebody looks', async () => {
    const server = new PaperServer({ jobs: [] });
    const source = new PaperEvents();
    const model = jobs(server);
    model.refreshOn(new ServerEvents(source), ['died']);
    source.say('died', {});
    await wait(10);
    expect(server.asked).toEqual([]);

    const watch = model.watch();
    await vi.waitFor(() => expect(server.asked.length).toBe(1));
    source.say('cluster-gone', {});
    await wait(20);
    expect(server.asked.length).toBe(1);
    source.say('died', {});
    await vi.waitFor(() => expect(server.asked.length).toBe(2));
    await wait(10);

    expect(server.asked.length).toBe(2);
    watch.dispose();
    model.dispose();
  });

  it('asks nothing while there is nothing to ask for', async () => {
    const server = new PaperServer({ jobs: ['4711'] });
    let path: string | null = null;
    const model = new Resource({ api: server, path: () => path, is: hasArray<IJobs>('jobs') });
    await model.refresh();
    expect([model.state.kind, server.asked]).toEqual(['empty', []]);

    path = 'clusters/a/jobs';
    await model.refresh();
    expect([model.state.kind, server.asked]).toEqual(['ready', ['GET clusters/a/jobs']]);
    model.dispose();
  });

  it('can be watched again after it was let go', async () => {
    const server = new PaperServer({ jobs: [] });
    const model = jobs(server);
    model.watch().dispose();
    const watch = model.watch();

    await vi.waitFor(() => expect(model.state.kind).toBe('empty'));
    watch.dispose();
    model.dispose();
  });
});
