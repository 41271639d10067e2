/**
 * Replaces a model's name where it is the value of `field`. Inside of strings quotes are escaped, so
 * that only fields match; a field of the same name and value further inside is one too.
 */
export function renameField(field: string): (frame: Buffer, own: string, shown: string) => Buffer {
  const name = JSON.stringify(field);
  const mark = Buffer.from(name);
  return (frame, own, shown) => {
    if (!frame.includes(mark)) return frame;
    const [from, to] = [JSON.stringify(own), JSON.stringify(shown)];
    const text = frame.toString('utf8');
    const renamed = text
      .replaceAll(`${name}:${from}`, () => `${name}:${to}`)
      .replaceAll(`${name}: ${from}`, () => `${name}: ${to}`);
    return Buffer.from(renamed);
  };
}
