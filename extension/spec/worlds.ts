/** Small worlds for tests: clusters and a server made of paper. */
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';

import { BlockView, ClusterAnswer, ClusterView } from '../src/contract.gen';
import { IServerApi } from '../src/models/api';
import { FunctionView, LiveAnswer } from '../src/models/awaited';
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
