import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Kills every process of the group, if there is any left. */
export function killGroup(group: number): void {
  // 0 and 1 would mean one's own group and everybody.
  if (group <= 1) return;
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // The group is gone already, as it should be.
  }
}

/** Command lines of the group's processes; empty where the system has no /proc to tell. */
export function groupMembers(group: number): string[] {
  if (!existsSync('/proc/self/stat')) return [];
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return processes.flatMap((id) => {
    try {
      // After the name in brackets: state, parent, group. A zombie has ended already.
      const [, state, member] =
        /\) (\S) \d+ (\d+) /.exec(readFileSync(`/proc/${id}/stat`, 'utf8')) ?? [];
      if (Number(member) !== group || state === 'Z') return [];
      return [readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()];
    } catch {
      return []; // It ended while we looked.
    }
  });
}
