/** Sets what the session's cluster shall have, and starts one where there is none; takes a `wish`. */
export const SCALE_COMMAND = 'funicular:scale-cluster';

/** Brings the section that does this into view. */
export const CHOOSE_COMMAND = 'funicular:choose-size';
