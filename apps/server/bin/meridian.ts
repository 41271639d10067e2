#!/usr/bin/env node
import cluster from 'node:cluster';
import { main } from '../src/main.ts';

process.exitCode = await main(process.argv.slice(2));
// The line to the process that started a worker would keep it alive.
cluster.worker?.disconnect();
