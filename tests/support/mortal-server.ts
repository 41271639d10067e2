// The product's server; SIGUSR2 ends all its worker threads, the embedded database's among them.
import { subscribe } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import { serve } from '../../apps/server/src/commands/serve.ts';
import { environmentWith, readConfig } from '../../apps/server/src/config.ts';

const workers: Worker[] = [];
subscribe('worker_threads', (message) => void workers.push((message as { worker: Worker }).worker));
process.on('SIGUSR2', () => {
  for (const worker of workers) void worker.terminate();
});
process.exitCode = (await serve(readConfig(environmentWith([])))) ? 0 : 1;
