/** What a view shows: not known yet, known, known to be nothing, or a problem. */
import { ClusterAnswer, Problem } from '../contract.gen';

/** What is known of something that the server is asked for. `at`: when it answered, in ms. */
export type State<T> =
  | { kind: 'loading' }
  | { kind: 'ready'; value: T; at: number }
  | { kind: 'empty'; at: number }
  | { kind: 'problem'; problem: Problem };

/** What is known of this user's clusters at this moment. */
export type ClustersState =
  | { kind: 'loading' }
  | { kind: 'ready'; clusters: readonly ClusterAnswer[]; at: number }
  | { kind: 'problem'; problem: Problem };
