/** What the panel can do about a death: the server's action and the command that does it. */
import { ObituaryView } from '../../contract.gen';
import { CLUSTER_COMMANDS } from '../cluster/ids';
import { CHOOSE_COMMAND } from '../scale/ids';

type Action = NonNullable<ObituaryView['action']>;

export const NEXT_STEPS: Readonly<Record<Action, string>> = {
  start: CLUSTER_COMMANDS.start,
  retry: CLUSTER_COMMANDS.retry,
  scale: CHOOSE_COMMAND
};
