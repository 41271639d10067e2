import assert from 'node:assert/strict';

/** Something that must not be found, under a name for the report. */
export interface Canary {
  readonly name: string;
  readonly text: string;
}

/** Every form in which a text could lie somewhere. */
function formsOf({ text }: Canary): string[] {
  const bytes = Buffer.from(text, 'utf8');
  const forms = [
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    [...text].reverse().join(''),
  ];
  return [...new Set(forms)];
}

/** Proves that none of the canaries is in a text, in any form. */
export function assertAbsent(where: string, text: string, canaries: readonly Canary[]): void {
  for (const canary of canaries) {
    for (const form of formsOf(canary)) {
      const at = text.indexOf(form);
      const found = at < 0 ? '' : text.slice(Math.max(0, at - 200), at + form.length + 100);
      assert.equal(at, -1, `${canary.name} is in ${where}: …${found}…`);
    }
  }
}
