export type { ClaimedJob, JobEnd, JobQueue, JobState, ListedJob, NewJob } from './queue.ts';
export {
  afterFailure,
  createJobRunner,
  type JobHandler,
  type JobRunner,
  type JobRunnerDeps,
  type RecurringJob,
  UnrepeatableError,
} from './runner.ts';
