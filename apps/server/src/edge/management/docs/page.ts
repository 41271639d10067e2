import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { errorCatalog, errorMeanings, type OpenApiDocument } from '@meridian/contract';
import { type DocumentView, operationsOf, viewDocument } from './document-view.ts';
import { Html, html, inline, prose } from './html.ts';
import { anchorOf, codeBlock, findText, operationSection } from './operation.ts';
import { schemaTable } from './schema-table.ts';

/** The reference page and the policy it needs to be served with. */
export interface DocsPage {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

/** Renders the document as one page that loads nothing else. */
export async function renderDocsPage(document: OpenApiDocument): Promise<DocsPage> {
  const [style, script] = await Promise.all([asset('page.css'), asset('page.js')]);
  const view = viewDocument(document);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${view.title} API reference</title>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the reference</a>
<header class="bar"><a class="brand" href="#top">${view.title}</a><span class="version">API ${view.version}</span><span class="spring"></span><a href="/openapi.json">openapi.json</a><button type="button" id="menu" aria-expanded="false" aria-controls="contents">Contents</button><button type="button" id="theme" aria-label="Switch between light and dark">Theme</button></header>
<div class="frame">
${contents(view)}
<main id="content">
${introduction(view)}
${view.tags.map((tag) => chapter(view, tag))}
${errorChapter()}
${headerChapter(view)}
${schemaChapter(view)}
</main>
</div>
<script>${new Html(script)}</script>
</body>
</html>
`;
  return { html: page.text, contentSecurityPolicy: policyFor(style, script) };
}

async function asset(name: string): Promise<string> {
  return (await readFile(new URL(name, import.meta.url), 'utf8')).trim();
}

function policyFor(style: string, script: string): string {
  const digest = (text: string): string => createHash('sha256').update(text).digest('base64');
  return [
    "default-src 'none'",
    `style-src 'sha256-${digest(style)}'`,
    `script-src 'sha256-${digest(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function contents(view: DocumentView): Html {
  const groups = view.tags.map(({ name }) => {
    const operations = operationsOf(view, name);
    return html`<div class="group"><p>${name}</p><ul>${operations.map(
      (operation) =>
        html`<li data-find="${findText(view, operation)}"><a href="#${anchorOf(operation)}"><span class="method ${operation.method.toLowerCase()}">${operation.method}</span><span>${operation.path}</span></a></li>`,
    )}</ul></div>`;
  });
  return html`<nav id="contents" aria-label="Contents"><input id="search" type="search" placeholder="Search  /" aria-label="Search the reference" autocomplete="off">
<p id="nothing" hidden>Nothing found.</p>${groups}
<div class="group"><p>Reference</p><ul><li data-find="errors codes status"><a href="#errors">Errors</a></li><li data-find="headers"><a href="#headers">Headers</a></li><li data-find="schemas types"><a href="#schemas">Schemas</a></li></ul></div></nav>`;
}

function introduction(view: DocumentView): Html {
  const example =
    'curl http://127.0.0.1:8080/v1/models \\\n  -H "Authorization: Bearer $MERIDIAN_KEY"';
  return html`<section class="intro" id="top"><div class="about"><h1>${view.title} API reference</h1>${prose(view.description)}
<p>${inline('Send bodies as JSON. Add `Idempotency-Key` to a write to make it safe to repeat: the same key gives the same answer for 24 hours.')}</p></div>
<div class="examples">${codeBlock('First call', example)}</div></section>`;
}

function chapter(
  view: DocumentView,
  tag: { readonly name: string; readonly description: string },
): Html {
  const operations = operationsOf(view, tag.name);
  return html`<div class="chapter"><h2>${tag.name}</h2><p>${inline(tag.description)}</p>${operations.map((operation) => operationSection(view, operation))}</div>`;
}

function errorChapter(): Html {
  const rows = Object.entries(errorCatalog).map(
    ([code, { status, type }]) =>
      html`<tr><td>${status}</td><td><code>${code}</code></td><td><code>${type}</code></td><td>${inline(errorMeanings[code as keyof typeof errorMeanings])}</td></tr>`,
  );
  return html`<div class="chapter" id="errors"><h2>Errors</h2><div class="wide"><table><thead><tr><th>Status</th><th>Code</th><th>Type</th><th>Meaning</th></tr></thead><tbody>${rows}</tbody></table></div></div>`;
}

function headerChapter(view: DocumentView): Html {
  const sent = Object.entries(view.parameters);
  const answered = Object.entries(view.headers);
  const row = (direction: string, name: string, text: string | undefined): Html =>
    html`<tr><td><code>${name}</code></td><td>${direction}</td><td>${inline(text ?? '')}</td></tr>`;
  return html`<div class="chapter" id="headers"><h2>Headers</h2><div class="wide"><table><thead><tr><th>Header</th><th>In</th><th>Meaning</th></tr></thead><tbody>
${sent.map(([name, { description }]) => row('request', name, description))}
${answered.map(([name, { description }]) => row('answer', name, description))}</tbody></table></div></div>`;
}

function schemaChapter(view: DocumentView): Html {
  const sections = Object.entries(view.schemas).map(
    ([name, schema]) =>
      html`<section class="schema" id="schema-${name}" data-find="${name.toLowerCase()}"><h3><a class="anchor" href="#schema-${name}">${name}</a></h3>${schema.description === undefined ? undefined : prose(schema.description)}${schemaTable(view, schema)}</section>`,
  );
  return html`<div class="chapter" id="schemas"><h2>Schemas</h2>${sections}</div>`;
}
