import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, isInstalled, waitForPort } from '../machine.ts';
import type { Target } from './target.ts';

const START_WAIT_MS = 5_000;

interface Ports {
  readonly own: number;
  readonly upstream: number;
}

/** One worker, keep-alive on both sides, nothing buffered. */
function configuration(ports: Ports): string {
  return `daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid nginx.pid;
error_log error.log crit;
events { worker_connections 19000; }
http {
  access_log off;
  tcp_nodelay on;
  client_body_buffer_size 64k;
  client_body_temp_path temp/body;
  proxy_temp_path temp/proxy;
  fastcgi_temp_path temp/fastcgi;
  uwsgi_temp_path temp/uwsgi;
  scgi_temp_path temp/scgi;
  keepalive_requests 1000000000;
  upstream fake {
    server 127.0.0.1:${ports.upstream};
    keepalive 6000;
    keepalive_requests 1000000000;
  }
  server {
    listen 127.0.0.1:${ports.own} backlog=4096;
    location / {
      proxy_pass http://fake;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_read_timeout 120s;
    }
  }
}
`;
}

/** What a proxy in C costs that only moves bytes. */
export const nginx: Target = {
  name: 'nginx',
  about: 'nginx as a reverse proxy, one worker, keep-alive on both sides, no buffering',
  isNode: false,
  missing: () => (isInstalled('nginx') ? undefined : 'install nginx (Debian: nginx-light)'),
  start: async ({ processes, proxyCore, upstreamPort, folder }) => {
    const port = await freePort();
    mkdirSync(join(folder, 'temp'));
    const file = join(folder, 'nginx.conf');
    writeFileSync(file, configuration({ own: port, upstream: upstreamPort }));
    await using starting = new AsyncDisposableStack();
    const launched = starting.use(
      processes.launch({
        core: proxyCore,
        command: 'nginx',
        args: ['-p', folder, '-c', file, '-e', join(folder, 'error.log')],
        logFile: join(folder, 'output.log'),
      }),
    );
    await waitForPort(port, launched, START_WAIT_MS);
    const opened = starting.move();
    return {
      port,
      processId: launched.processId,
      keys: ['sk-bench'],
      [Symbol.asyncDispose]: () => opened.disposeAsync(),
    };
  },
};
