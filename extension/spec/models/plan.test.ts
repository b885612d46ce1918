import { nullTranslator } from '@jupyterlab/translation';

import { ProblemError } from '../../src/models/api';
import { PlanModel } from '../../src/models/plan';
import { describeCost, describePlan } from '../../src/models/planWords';
import { PaperServer, plan } from '../worlds';

const trans = nullTranslator.load('funicular');

function model(server: PaperServer): PlanModel {
  return new PlanModel({ api: server, after_ms: 5 });
}

describe('PlanModel', () => {
  it('asks once for many changes, and only for the last', async () => {
    const server = new PaperServer({});
    server.answers = { plan: plan({ nodes: 3 }) };
    const plans = model(server);
    [1, 2, 3].forEach(nodes => plans.ask({ nodes }));
    expect(plans.isAsking).toBe(true);
    await vi.waitFor(() => expect(plans.isAsking).toBe(false));

    expect(server.posted).toEqual([['plan', { nodes: 3 }]]);
    expect(plans.state).toMatchObject({ kind: 'ready', value: { nodes: 3 } });
    plans.dispose();
  });

  it('asks the cluster that is there', async () => {
    const server = new PaperServer({});
    server.answers = { 'clusters/lab-1/plan': plan() };
    const plans = model(server);
    plans.ask({}, 'lab-1');
    await vi.waitFor(() => expect(plans.state.kind).toBe('ready'));

    expect(server.posted).toEqual([['clusters/lab-1/plan', {}]]);
    plans.dispose();
  });

  it('drops an answer that comes after a newer question', async () => {
    const server = new PaperServer({});
    const late: ((value: unknown) => void)[] = [];
    server.post = () => new Promise(resolve => late.push(resolve));
    const plans = model(server);
    plans.ask({ nodes: 1 });
    await vi.waitFor(() => expect(late.length).toBe(1));
    plans.ask({ nodes: 2 });
    await vi.waitFor(() => expect(late.length).toBe(2));
    late[1](plan({ nodes: 2 }));
    late[0](plan({ nodes: 1 }));
    await vi.waitFor(() => expect(plans.isAsking).toBe(false));

    expect(plans.state).toMatchObject({ value: { nodes: 2 } });
    plans.dispose();
  });

  it('keeps the words of a refusal', async () => {
    const refusal = {
      type: 'request-refused',
      title: 'No job can be that big.',
      status: 400,
      detail: '',
      next_step: '',
      message: ''
    };
    const server = new PaperServer({});
    server.answers = { plan: new ProblemError(refusal) };
    const plans = model(server);
    plans.ask({ nodes: 99 });
    await vi.waitFor(() => expect(plans.state).toEqual({ kind: 'problem', problem: refusal }));
    plans.dispose();
  });
});

describe('a plan in words', () => {
  it('says what one gets and what it can cost', () => {
    expect(describePlan(plan({ gpus: 2 }), trans)).toBe(
      '2 nodes with 8 cores, 16 GB, 2 GPUs, for up to 30 min in queue short'
    );
    expect(describeCost(plan(), trans)).toBe('Costs at most 4.0 core-h, and less if you stop it sooner.');
  });

  it("says that one's own computer costs nothing", () => {
    expect(describeCost(plan({ queue: 'local' }), trans)).toContain('costs nothing');
  });
});
