/** The commands that act on a cluster; each takes its `name`, the session's own if left out. */
export const CLUSTER_COMMANDS = {
  start: 'funicular:start-cluster',
  stop: 'funicular:stop-cluster',
  keep: 'funicular:keep-cluster',
  retry: 'funicular:retry-cluster'
};
