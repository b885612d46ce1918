/** What the panel can do about a death: the server's action and the command that does it. */
import { CLUSTER_COMMANDS } from '../cluster/ids';
import { CHOOSE_COMMAND } from '../scale/ids';

export const NEXT_STEPS: Readonly<Record<string, string>> = {
  start: CLUSTER_COMMANDS.start,
  retry: CLUSTER_COMMANDS.retry,
  scale: CHOOSE_COMMAND
};
