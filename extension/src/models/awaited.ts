/** Shapes of answers that the contract has not brought yet. */
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
}
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
}
export interface QueuesAnswer {
  queues: QueueView[];
}
export interface JobView {
  job: string;
  name: string;
  state: string;
  reason: string;
  code: string;
  since_s: number;
  time_left_s: number | null;
  nodes: number;
  queue: string;
  cluster: string | null;
}
export interface JobsAnswer {
  jobs: JobView[];
}
export interface ObituaryView {
  cluster: string;
  kind: string;
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
  action: string | null;
}
export interface ObituariesAnswer {
  obituaries: ObituaryView[];
}
export interface ScriptAnswer {
  script: string;
}

/** Tasks of one function. */
export interface FunctionView {
  name: string;
  done: number;
  running: number;
  waiting: number;
  erred: number;
}

/** A cluster's last minutes: one array a quantity, a sample a second at most. */
export interface LiveAnswer {
  t_s: number[];
  busy: number[];
  cores: number[];
  memory_bytes: number[];
  memory_limit_bytes: number[];
  functions: FunctionView[];
}
