import { parentPort, workerData } from 'node:worker_threads';
import { type messages, PGlite, protocol } from '@electric-sql/pglite';
import type { WireValue } from '../wire-values.ts';
import type { Report, Table, Work, WorkerSettings } from './messages.ts';

const SESSION = `set timezone = 'UTC'; set client_min_messages = warning`;

/** All five messages of the extended protocol go in one call: three times as fast as one by one. */
function queryMessage(text: string, parameters: readonly WireValue[]): Uint8Array {
  const { serialize } = protocol;
  return Buffer.concat([
    serialize.parse({ text }),
    serialize.bind({ values: [...parameters] }),
    serialize.describe({ type: 'P' }),
    serialize.execute({}),
    serialize.sync(),
  ]);
}

function toTable(replies: readonly messages.BackendMessage[] | readonly { name: string }[]): Table {
  const fields: (readonly [string, number])[] = [];
  const cells: (readonly WireValue[])[] = [];
  let command = '';
  for (const reply of replies) {
    if (reply.name === 'rowDescription') {
      const { fields: columns } = reply as messages.RowDescriptionMessage;
      for (const column of columns) fields.push([column.name, column.dataTypeID]);
    } else if (reply.name === 'dataRow') {
      cells.push((reply as messages.DataRowMessage).fields);
    } else if (reply.name === 'commandComplete') {
      command = (reply as messages.CommandCompleteMessage).text;
    }
  }
  return { fields, cells, command };
}

async function perform(database: PGlite, work: Work): Promise<Report> {
  if (work.kind === 'close') {
    await database.close();
    return { kind: 'table', table: { fields: [], cells: [], command: 'CLOSE' } };
  }
  const message =
    work.kind === 'query'
      ? queryMessage(work.text, work.parameters)
      : protocol.serialize.query(work.text);
  const replies = await database.execProtocolStream(message, { syncToFs: false });
  return { kind: 'table', table: toTable(replies) };
}

function toReport(error: unknown): Report {
  if (!(error instanceof Error)) return { kind: 'broken', message: String(error) };
  const { code, severity, detail, constraint, table, column } = error as messages.DatabaseError;
  if (!code || !severity) return { kind: 'broken', message: error.message };
  return {
    kind: 'refused',
    detail: {
      message: error.message,
      code,
      severity,
      ...(detail !== undefined && { detail }),
      ...(constraint !== undefined && { constraint }),
      ...(table !== undefined && { table }),
      ...(column !== undefined && { column }),
    },
  };
}

async function serve(port: NonNullable<typeof parentPort>): Promise<void> {
  const report = (message: Report): void => port.postMessage(message);
  const { folder } = workerData as WorkerSettings;
  const database = new PGlite({ dataDir: folder });
  await database.waitReady;
  await database.exec(SESSION);
  database.onNotification((channel, payload) => report({ kind: 'notification', channel, payload }));
  port.on('message', (work: Work) => {
    perform(database, work).catch(toReport).then(report, report);
  });
  report({ kind: 'ready' });
}

if (parentPort) {
  const port = parentPort;
  serve(port).catch((error) => {
    const message = error instanceof Error ? error.message : String(error);
    port.postMessage({ kind: 'failed', message } satisfies Report);
  });
}
