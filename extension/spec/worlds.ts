/** Small worlds for tests: clusters and a server made of paper. */
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';

import {
  BlockView,
  ClusterAnswer,
  ClusterView,
  FunctionView,
  JobView,
  LedgerAnswer,
  LedgerSum,
  LiveAnswer,
  ObituaryView,
  PlanAnswer,
  QueueView
} from '../src/contract.gen';
import { IServerApi } from '../src/models/api';
import { SCHEMAS } from '../src/models/events';

export function block(changes: Partial<BlockView> = {}): BlockView {
  return {
    block: 'b1',
    job: '4711',
    state: 'pending',
    reason: '',
    nodes: 4,
    hosts: [],
    workers: 0,
    since_s: 0,
    time_left_s: null,
    ...changes
  };
}

export function view(changes: Partial<ClusterView> = {}): ClusterView {
  return {
    name: 'lab-1-ab12',
    site: 'slurm',
    state: 'running',
    nodes: 4,
    workers: 16,
    cores: 16,
    core_hours: 0.05,
    blocks: [],
    nodes_wished: 4,
    workers_wished: 16,
    cores_per_node: 4,
    memory_bytes: 0,
    memory_limit_bytes: 0,
    tasks_waiting: 0,
    tasks_running: 0,
    tasks_done: 0,
    problem: null,
    because: [],
    core_hours_committed: 0.1,
    core_hours_busy: 0.04,
    gpu_hours: 0,
    budget: '',
    keep: false,
    cores_busy: 0,
    ...changes
  };
}

export function cluster(changes: Partial<ClusterAnswer> = {}): ClusterAnswer {
  return {
    name: 'lab-1-ab12',
    site: 'slurm',
    host: 'login1',
    is_session: true,
    view: view(),
    problem: null,
    ...changes
  };
}

export function functionView(changes: Partial<FunctionView> = {}): FunctionView {
  return { name: 'simulate', done: 0, running: 0, waiting: 0, erred: 0, ...changes };
}

export function live(changes: Partial<LiveAnswer> = {}): LiveAnswer {
  return {
    t_s: [0, 1],
    busy: [0, 12],
    cores: [16, 16],
    memory_bytes: [1e9, 4e9],
    memory_limit_bytes: [16e9, 16e9],
    functions: [],
    holders: [],
    ...changes
  };
}

/** A server that gives the same answer until it is changed, and remembers what it was asked. */
export class PaperServer implements IServerApi {
  asked: string[] = [];
  posted: [string, object | undefined][] = [];

  /** What it answers to a POST of this path; else an empty object. */
  answers: Record<string, unknown> = {};

  constructor(public answer: unknown) {}

  get(path: string): Promise<unknown> {
    this.asked.push(`GET ${path}`);
    return this.answer instanceof Error ? Promise.reject(this.answer) : Promise.resolve(this.answer);
  }

  post(path: string, body?: object): Promise<unknown> {
    this.asked.push(`POST ${path}`);
    this.posted.push([path, body]);
    const answer = this.answers[path] ?? {};
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  }
}

/** Jupyter's event stream, played by hand. */
export class PaperEvents {
  readonly stream = new Signal<unknown, { readonly schema_id: string }>(this);

  /** Whether what is said to it comes back. */
  isOpen = true;
  emitted: string[] = [];

  emit(event: { schema_id: string }): Promise<void> {
    this.emitted.push(event.schema_id);
    if (this.isOpen) {
      this.stream.emit(event);
    }
    return Promise.resolve();
  }

  say(name: string, data: object): void {
    this.stream.emit({ schema_id: `${SCHEMAS}${name}/v1`, ...data });
  }
}

/** Commands of paper: their labels are their ids, and what is executed is remembered. */
export function paperCommands(ids: readonly string[]): {
  commands: CommandRegistry;
  pressed: [string, object][];
} {
  const commands = new CommandRegistry();
  const pressed: [string, object][] = [];
  for (const id of ids) {
    commands.addCommand(id, { label: id, execute: args => void pressed.push([id, args]) });
  }
  return { commands, pressed };
}

export function plan(changes: Partial<PlanAnswer> = {}): PlanAnswer {
  return {
    nodes: 2,
    cores: 8,
    memory_bytes: 16e9,
    gpus: 0,
    hours: 0.5,
    queue: 'short',
    account: 'phy123',
    core_hours: 4,
    because: ['queue short: it is the default'],
    nodes_max: 8,
    core_hours_per_node: 2,
    budget: '',
    ...changes
  };
}

export function queue(changes: Partial<QueueView> = {}): QueueView {
  return {
    name: 'short',
    is_default: true,
    is_open: true,
    nodes: 12,
    nodes_idle: 8,
    max_nodes: 4,
    cores_per_node: 32,
    memory_per_node_bytes: 128e9,
    gpus_per_node: 0,
    max_walltime_s: 14400,
    accounts: ['phy123'],
    min_nodes: 1,
    is_shared: true,
    needs_gpu: false,
    ...changes
  };
}

export function job(changes: Partial<JobView> = {}): JobView {
  return {
    job: '4711',
    name: 'funicular-b1',
    state: 'running',
    reason: '',
    code: '',
    since_s: 320,
    time_left_s: 1500,
    nodes: 2,
    queue: 'short',
    cluster: 'lab-1-ab12',
    next_step: '',
    account: 'phy123',
    cores: 8,
    ...changes
  };
}

export function obituary(changes: Partial<ObituaryView> = {}): ObituaryView {
  return {
    cluster: 'lab-1-ab12',
    kind: 'worker',
    name: 'n2-w3 on n2',
    cause: 'It was ended before the node ran out of memory.',
    when_s: 1_790_000_000,
    next_step: 'Ask for more memory.',
    state: '',
    peak_bytes: 3.1e9,
    limit_bytes: 8e9,
    curve: [
      [60, 1e9],
      [0, 3.1e9]
    ],
    log: ['Worker is at 92% memory usage.'],
    rerun: ['fit-17', 'fit-18'],
    action: 'scale',
    exit_code: 0,
    signal: 9,
    ...changes
  };
}

export function sum(changes: Partial<LedgerSum> = {}): LedgerSum {
  return {
    core_hours: 0.42,
    core_hours_busy: 0.35,
    core_hours_committed: 0.42,
    node_hours: 0.1,
    gpu_hours: 0,
    jobs: 2,
    ...changes
  };
}

export function ledger(changes: Partial<LedgerAnswer> = {}): LedgerAnswer {
  return {
    now: { cores: 8, nodes: 2, gpus: 0, jobs: 1 },
    today: sum(),
    week: sum({ core_hours: 3.1, core_hours_busy: 1.55, core_hours_committed: 7.1 }),
    projects: [{ site: 'slurm', account: 'phy123', sum: sum({ core_hours: 12, core_hours_busy: 6 }) }],
    budget: null,
    unreadable_lines: 0,
    ...changes
  };
}
