import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { errorCatalog, openapi, routeTable } from '@meridian/contract';
import { html, prose } from './html.ts';
import { renderDocsPage } from './page.ts';

const document = openapi(routeTable, '1.2.3');
const page = await renderDocsPage(document);

describe('the reference page', () => {
  it('has a section with a curl line for every route', () => {
    for (const { id, path, aliasOf } of routeTable) {
      const anchor = `id="op-${(aliasOf ?? id).replaceAll('.', '-')}"`;
      const start = page.html.indexOf(anchor);
      assert.ok(start > 0, id);
      const section = page.html.slice(start, page.html.indexOf('</section>', start));
      assert.match(section, /curl (?:-X \w+ )?http/, id);
      assert.ok(section.includes(path), id);
      assert.ok(!/curl[^<]*\{\w+\}/.test(section), `${id} has an unfilled parameter`);
    }
  });

  it('explains every error, header and schema', () => {
    for (const code of Object.keys(errorCatalog)) {
      assert.ok(page.html.includes(`<td><code>${code}</code></td>`), code);
    }
    const { headers, schemas } = document.components;
    for (const name of Object.keys(headers)) assert.ok(page.html.includes(name), name);
    for (const name of Object.keys(schemas)) {
      assert.ok(page.html.includes(`id="schema-${name}"`), name);
    }
  });

  it('links only to places that exist on it', () => {
    const ids = new Set(Array.from(page.html.matchAll(/ id="([^"]+)"/g), ([, id]) => id));
    const links = Array.from(page.html.matchAll(/href="#([^"]+)"/g), ([, target]) => target);
    assert.ok(links.length > 100);
    for (const target of links) assert.ok(ids.has(target), target);
    const all = Array.from(page.html.matchAll(/ id="([^"]+)"/g));
    assert.equal(all.length, ids.size, 'no id stands twice');
  });

  it('loads nothing from anywhere, and its policy says so', () => {
    assert.ok(!/<(?:link|img|iframe|script src)/.test(page.html));
    assert.ok(!/url\(|@import/.test(page.html));
    assert.ok(!/ (?:style|onclick|onload)=/.test(page.html));
    assert.match(page.contentSecurityPolicy, /default-src 'none'/);
    for (const tag of ['style', 'script']) {
      const text = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(page.html)?.[1] ?? '';
      const digest = createHash('sha256').update(text).digest('base64');
      assert.ok(page.contentSecurityPolicy.includes(`${tag}-src 'sha256-${digest}'`), tag);
    }
  });

  it('escapes text, so that nothing in the contract can become markup', () => {
    assert.equal(html`<p>${'<b a="1">&\''}</p>`.text, '<p>&lt;b a=&quot;1&quot;&gt;&amp;&#39;</p>');
    assert.equal(prose('a `<b>` c\n\nd').text, '<p>a <code>&lt;b&gt;</code> c</p><p>d</p>');
  });
});
