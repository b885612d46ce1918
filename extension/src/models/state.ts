/** What a view shows of the clusters: not known yet, known, or a problem. */
import { ClusterAnswer, Problem } from '../contract.gen';

/** What is known of this user's clusters at this moment. */
export type ClustersState =
  | { kind: 'loading' }
  | { kind: 'ready'; clusters: readonly ClusterAnswer[] }
  | { kind: 'problem'; problem: Problem };
