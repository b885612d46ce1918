/** The commands that act on a job; each takes its number as `job`. */
export const JOB_COMMANDS = {
  cancel: 'funicular:cancel-job',
  script: 'funicular:show-job-script'
};
