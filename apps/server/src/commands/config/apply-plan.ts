import type { Change } from './plan.ts';
import type { ServerApi } from './server-api.ts';
import { replacingForm } from './settings-text.ts';

/**
 * Makes the changes: all settings in one write that is done whole or not at all, then those that go
 * back to their defaults, then the provider keys one by one. Stops at the first refusal.
 */
export async function applyPlan(api: ServerApi, changes: readonly Change[]): Promise<void> {
  const set = changes.filter((change) => change.kind === 'set');
  if (set.length > 0) {
    const body = set.map(({ name, after }) => [name, replacingForm(name, after)] as const);
    await api.call('PUT', '/x-config', Object.fromEntries(body));
  }
  const reset = changes.filter((change) => change.kind === 'reset');
  if (reset.length > 0) {
    await api.call('DELETE', '/x-config', { keys: reset.map(({ name }) => name) });
  }
  for (const change of changes) {
    if (change.kind === 'add_key') await api.call('POST', '/x-keys', change.entry);
    else if (change.kind === 'update_key')
      await api.call('PUT', `/x-keys/${change.key.ID}`, change.fields);
    else if (change.kind === 'delete_key') await api.call('DELETE', `/x-keys/${change.key.ID}`);
  }
}
