/** Promises of the live numbers: asked for while somebody looks, seldom, and of the right cluster. */
import { Signal } from '@lumino/signaling';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { ClusterAnswer } from '../../src/contract.gen';
import { asProblem } from '../../src/models/api';
import { ServerEvents } from '../../src/models/events';
import { LiveModel } from '../../src/models/live';
import { ClustersState } from '../../src/models/state';
import { cluster, live, PaperEvents, PaperServer } from '../worlds';

/** The clusters' model, played by hand. */
class Clusters {
  state: ClustersState = { kind: 'loading' };
  sessionCluster: ClusterAnswer | null = null;
  readonly changed = new Signal<never, void>(this as never);

  show(session: ClusterAnswer | null): void {
    this.state = { kind: 'ready', clusters: session ? [session] : [], at: 0 };
    this.sessionCluster = session;
    this.changed.emit();
  }
}

const made: { dispose(): void }[] = [];

function heard(stream: PaperEvents): ServerEvents {
  const events = new ServerEvents(stream);
  made.push(events);
  return events;
}

function world(answer: unknown = live()) {
  const server = new PaperServer(answer);
  const clusters = new Clusters();
  const stream = new PaperEvents();
  const model = new LiveModel({ api: server, clusters, events: heard(stream), atMostEvery_ms: 30 });
  made.push(model);
  return { server, clusters, stream, model };
}

afterEach(() => made.splice(0).forEach(each => each.dispose()));

describe('LiveModel', () => {
  it('is loading until the clusters are known, and nothing without one', () => {
    const { clusters, model } = world();
    expect(model.state.kind).toBe('loading');
    clusters.show(null);
    expect(model.state.kind).toBe('empty');
  });

  it('does not say that nothing runs where nobody knows', () => {
    const { clusters, model } = world();
    clusters.state = { kind: 'problem', problem: asProblem('No network.', 0) };
    clusters.changed.emit();
    expect(model.state.kind).toBe('problem');
  });

  it('asks for nothing until somebody looks, and for nothing afterwards', async () => {
    const { server, clusters, stream, model } = world();
    clusters.show(cluster());
    stream.say('clusters-changed', {});
    await new Promise(resolve => setTimeout(resolve, 80));
    expect(server.asked).toEqual([]);

    const watch = model.watch();
    await vi.waitFor(() => expect(model.state.kind).toBe('ready'));
    expect(server.asked).toEqual(['GET clusters/lab-1-ab12/live']);

    watch.dispose();
    stream.say('clusters-changed', {});
    await new Promise(resolve => setTimeout(resolve, 80));
    expect(server.asked).toHaveLength(1);
  });

  it('turns a storm of events into few questions', async () => {
    const { server, clusters, stream, model } = world();
    clusters.show(cluster());
    model.watch();
    await vi.waitFor(() => expect(model.state.kind).toBe('ready'));
    const before = server.asked.length;
    const began = Date.now();
    while (Date.now() - began < 300) {
      stream.say('clusters-changed', {});
      await new Promise(resolve => setTimeout(resolve, 1));
    }

    const asked = server.asked.length - before;
    expect(asked).toBeGreaterThan(1);
    expect(asked).toBeLessThanOrEqual(11);
  });

  it('follows the session to another cluster, and to none', async () => {
    const { server, clusters, model } = world();
    clusters.show(cluster());
    model.watch();
    await vi.waitFor(() => expect(model.state.kind).toBe('ready'));
    clusters.show(cluster({ name: 'lab-1-cd34' }));
    expect(model.state.kind).toBe('loading');
    await vi.waitFor(() => expect(server.asked).toContain('GET clusters/lab-1-cd34/live'));

    clusters.show(null);
    expect(model.state.kind).toBe('empty');
  });

  it('keeps quiet while the page is hidden', async () => {
    const { server, clusters, stream, model } = world();
    clusters.show(cluster());
    model.watch();
    await vi.waitFor(() => expect(model.state.kind).toBe('ready'));
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    const before = server.asked.length;
    stream.say('clusters-changed', {});
    await new Promise(resolve => setTimeout(resolve, 80));
    hidden.mockRestore();

    expect(server.asked).toHaveLength(before);
  });

  it('is empty for a cluster that has not measured anything', async () => {
    const { clusters, model } = world(live({ t_s: [], busy: [], cores: [], functions: [] }));
    clusters.show(cluster());
    model.watch();

    await vi.waitFor(() => expect(model.state.kind).toBe('empty'));
  });
});
