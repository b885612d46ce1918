// Made by `python -m funicular_lab.contract`; do not edit.

/** What a user asks for. Everything may be left out; amounts are totals over the cluster. */
export interface Wish {
  nodes?: number | null;
  cores?: number | null;
  memory_bytes?: number | null;
  gpus?: number | null;
  hours?: number | null;
  queue?: string | null;
  account?: string | null;
  budget_core_hours?: number | null;
  budget_node_hours?: number | null;
  budget_gpu_hours?: number | null;
  budget_billing_hours?: number | null;
}

/** Whether the cluster shall stay when nobody uses it. */
export interface KeepWish {
  keep: boolean;
}

/** One block as a person sees it: a job, its state in words, and the nodes it holds. */
export interface BlockView {
  block: string;
  job: string | null;
  state: 'submitting' | 'pending' | 'starting' | 'running' | 'draining' | 'ending' | 'gone';
  reason: string;
  nodes: number;
  hosts: string[];
  workers: number;
  since_s: number;
  time_left_s: number | null;
}

/** One cluster as a person sees it. Times in seconds, memory in bytes, cost in core-hours. */
export interface ClusterView {
  name: string;
  site: string;
  state: 'starting' | 'idle' | 'waiting' | 'running' | 'draining' | 'stopped' | 'lost';
  nodes: number;
  workers: number;
  cores: number;
  core_hours: number;
  blocks: BlockView[];
  nodes_wished: number;
  workers_wished: number;
  cores_per_node: number;
  memory_bytes: number;
  memory_limit_bytes: number;
  tasks_waiting: number;
  tasks_running: number;
  tasks_done: number;
  problem: Record<string, unknown> | null;
  because: string[];
  core_hours_committed: number;
  core_hours_busy: number;
  gpu_hours: number;
  budget: string;
  keep: boolean;
  cores_busy: number;
}

/** A problem details object (RFC 9457) with the next step, and the ``message`` JupyterLab reads. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  next_step: string;
  message: string;
}

/** One cluster of this user: how it is, or the problem that kept us from seeing it. */
export interface ClusterAnswer {
  name: string;
  site: string;
  host: string;
  is_session: boolean;
  view: ClusterView | null;
  problem: Problem | null;
}

/** All clusters of this user. ``session``: this server's name; its kernels' clusters begin with it. */
export interface ClustersAnswer {
  session: string;
  clusters: ClusterAnswer[];
}

/** Whether it stays. ``note``: until when that can hold; empty where nothing but its keeper ends it. */
export interface KeepAnswer {
  keep: boolean;
  note: string;
}

/** What a wish comes to; nothing was done. Amounts are totals; cost in core-hours is the most it can be. */
export interface PlanAnswer {
  nodes: number;
  cores: number;
  memory_bytes: number;
  gpus: number;
  hours: number;
  queue: string;
  account: string | null;
  core_hours: number;
  because: string[];
  nodes_max: number;
  core_hours_per_node: number;
  budget: string;
}

/** Somewhere a job can wait. Amounts are a node's; null where no limit is known. */
export interface QueueView {
  name: string;
  is_default: boolean;
  is_open: boolean;
  nodes: number;
  nodes_idle: number | null;
  max_nodes: number | null;
  cores_per_node: number;
  memory_per_node_bytes: number;
  gpus_per_node: number;
  max_walltime_s: number | null;
  accounts: string[];
  min_nodes: number;
  is_shared: boolean;
  needs_gpu: boolean;
}

/** Where this user can submit, the usual queue first. ``account``: the one chosen before, if any. */
export interface QueuesAnswer {
  site: string;
  queues: QueueView[];
  account: string | null;
}

/** Tasks of one function: those done and failed so far, those that run and wait now. */
export interface FunctionView {
  name: string;
  done: number;
  running: number;
  waiting: number;
  erred: number;
}

/** Who uses the cluster. ``path``: of the notebook, ``kernel``: its id, where this server knows them. */
export interface HolderView {
  kind: 'notebook' | 'console' | 'server' | 'program';
  name: string;
  path: string | null;
  kernel: string | null;
  host: string;
}

/** A cluster's last ten minutes: one array a quantity, a sample a second at most; times are Unix time. */
export interface LiveAnswer {
  t_s: number[];
  busy: number[];
  cores: number[];
  memory_bytes: number[];
  memory_limit_bytes: number[];
  functions: FunctionView[];
  holders: HolderView[];
}

/** One job. ``reason``: why it waits, in words, ``code``: the scheduler's own; ``cluster``: ours, if any. */
export interface JobView {
  job: string;
  name: string;
  state: 'pending' | 'running' | 'ending' | 'gone';
  reason: string;
  code: string;
  since_s: number;
  time_left_s: number | null;
  nodes: number;
  queue: string;
  cluster: string | null;
  next_step: string;
  account: string;
  cores: number | null;
}

/** The user's jobs as they were ``age_s`` seconds ago. ``problem``: why nobody could be asked since. */
export interface JobsAnswer {
  site: string;
  jobs: JobView[];
  age_s: number;
  problem: Problem | null;
}

/** What the scheduler was given for a job. ``source``: kept by us, or asked of the scheduler. */
export interface ScriptAnswer {
  job: string;
  script: string;
  source: 'kept' | 'scheduler';
}

/** One death. ``when_s``: Unix time; ``curve``: (seconds before the end, bytes); ``rerun``: tasks. */
export interface ObituaryView {
  cluster: string;
  kind: 'worker' | 'node' | 'block' | 'controller';
  name: string;
  cause: string;
  when_s: number;
  next_step: string;
  state: string;
  peak_bytes: number;
  limit_bytes: number;
  curve: [number, number][];
  log: string[];
  rerun: string[];
  action: 'scale' | 'start' | 'retry' | null;
  exit_code: number;
  signal: number;
}

/** The latest deaths, newest first. ``more``: how many older ones there are. */
export interface ObituariesAnswer {
  obituaries: ObituaryView[];
  more: number;
}

/** Cost of jobs. Billed core-hours, those in which tasks ran, and all that open jobs can still come to. */
export interface LedgerSum {
  core_hours: number;
  core_hours_busy: number;
  core_hours_committed: number;
  node_hours: number;
  gpu_hours: number;
  jobs: number;
}

/** What is held at this moment: each hour costs as many core-hours as there are ``cores``. */
export interface LedgerNow {
  cores: number;
  nodes: number;
  gpus: number;
  jobs: number;
}

/** One account on one site. ``account``: empty where none is needed. */
export interface LedgerProject {
  site: string;
  account: string;
  sum: LedgerSum;
}

/** The budget of a cluster of this session: in words, and how much of it is not committed yet. */
export interface LedgerBudget {
  cluster: string;
  text: string;
  core_hours: number | null;
  core_hours_left: number | null;
}

/** What the clusters of this user cost: now, today, this week, and each project in the last two months. */
export interface LedgerAnswer {
  now: LedgerNow;
  today: LedgerSum;
  week: LedgerSum;
  projects: LedgerProject[];
  budget: LedgerBudget | null;
  unreadable_lines: number;
}

/** Which Funicular this is. ``site``: what FUNICULAR_SITE says, ``auto`` where it says nothing. */
export interface AboutAnswer {
  version: string;
  session: string;
  site: string;
}

/** Where the welcome notebook is, and whether it was put there just now. */
export interface StartHereAnswer {
  path: string;
  is_new: boolean;
}
