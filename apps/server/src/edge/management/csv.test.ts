import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toCsv, wantsCsv } from './csv.ts';

describe('CSV', () => {
  it('quotes what has to be quoted and leaves nothing of null', () => {
    const rows = [['plain', 'a,b', 'say "hi"', 'two\nlines', null, 7, true]];
    const text = 'h,i\r\nplain,"a,b","say ""hi""","two\nlines",,7,true\r\n';
    assert.equal(toCsv(['h', 'i'], rows), text);
  });

  it('lets no spreadsheet compute a text, but leaves figures alone', () => {
    const rows = [['=1+1', '+x', '-x', '@cf/model', '-0.5', '\t=1', '-2+3', 'a=b']];
    const text = "h\r\n'=1+1,'+x,'-x,'@cf/model,-0.5,'\t=1,'-2+3,a=b\r\n";
    assert.equal(toCsv(['h'], rows), text);
  });

  it('is chosen by the query, else by what is accepted', () => {
    const cases = [
      ['text/csv', undefined, true],
      ['application/json, text/csv;q=0.5', undefined, true],
      ['TEXT/CSV', undefined, true],
      ['text/csv-schema', undefined, false],
      ['*/*', undefined, false],
      [undefined, undefined, false],
      ['application/json', 'csv', true],
      ['text/csv', 'json', false],
    ] as const;
    for (const [accept, format, expected] of cases) {
      assert.equal(wantsCsv({ header: () => accept }, format), expected, accept);
    }
  });
});
