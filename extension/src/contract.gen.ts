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
}

/** One block as a person sees it: a job, its state in words, and the nodes it holds. */
export interface BlockView {
  block: string;
  job: string | null;
  state: string;
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
  state: string;
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
