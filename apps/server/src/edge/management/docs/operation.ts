import { curlOf } from './curl.ts';
import {
  aliasesOf,
  type DocumentView,
  type MediaView,
  needsKey,
  type OperationView,
  parametersOf,
  type ResponseView,
} from './document-view.ts';
import { type Html, html, inline, prose } from './html.ts';
import { sampleOf } from './sample.ts';
import { schemaTable, typeOf } from './schema-table.ts';

/** The anchor of an operation. */
export function anchorOf(operation: OperationView): string {
  return `op-${operation.operationId.replaceAll('.', '-')}`;
}

/** One operation: what it takes and answers on the left, examples on the right. */
export function operationSection(view: DocumentView, operation: OperationView): Html {
  return html`<section class="operation" id="${anchorOf(operation)}" data-find="${findText(view, operation)}">
<div class="about">
<h3><a class="anchor" href="#${anchorOf(operation)}">${operation.summary}</a></h3>
<p class="endpoint"><span class="method ${operation.method.toLowerCase()}">${operation.method}</span> <code class="path">${operation.path}</code></p>
${operation.description === undefined ? undefined : prose(operation.description)}
${aliasLine(view, operation)}
<p class="auth">${authText(operation)}</p>
${parameterList(view, operation)}
${bodyBlock(view, operation)}
${responseBlock(view, operation)}
</div>
<div class="examples">
${codeBlock('Request', curlOf(view, operation))}
${exampleAnswer(view, operation)}
</div>
</section>`;
}

/** What the search box looks through. */
export function findText(view: DocumentView, operation: OperationView): string {
  const places = [operation, ...aliasesOf(view, operation)].map(
    ({ method, path }) => `${method} ${path}`,
  );
  return [...places, operation.summary, operation.operationId].join(' ').toLowerCase();
}

function aliasLine(view: DocumentView, operation: OperationView): Html | undefined {
  const aliases = aliasesOf(view, operation);
  if (aliases.length === 0) return undefined;
  return html`<p class="alias">The same as ${aliases.map(
    ({ method, path }, i) => html`${i === 0 ? '' : ', '}<code>${method} ${path}</code>`,
  )}.</p>`;
}

function authText(operation: OperationView): string {
  if (needsKey(operation)) return 'Needs a secret key.';
  return operation.security.length > 0
    ? 'Open, unless a metrics token is configured.'
    : 'Open to everybody.';
}

function parameterList(view: DocumentView, operation: OperationView): Html | undefined {
  const parameters = parametersOf(view, operation);
  if (parameters.length === 0) return undefined;
  return html`<h4>Parameters</h4><ul class="fields">${parameters.map(
    (parameter) =>
      html`<li><div class="field-head"><code class="name">${parameter.name}</code> <span class="type">${typeOf(parameter.schema)}</span> <span class="bounds">in ${parameter.in}</span>${
        parameter.required ? html` <span class="required">required</span>` : undefined
      }</div>${parameter.description === undefined ? undefined : html`<div class="note">${inline(parameter.description)}</div>`}</li>`,
  )}</ul>`;
}

function bodyBlock(view: DocumentView, operation: OperationView): Html | undefined {
  const entries = Object.entries(operation.requestBody?.content ?? {});
  const [first, ...others] = entries;
  if (first?.[1].schema === undefined) return undefined;
  const [type, { schema }] = first;
  const note = type === 'application/json' ? undefined : html` <code>${type}</code>`;
  return html`<h4>Body${note}</h4>${schemaTable(view, schema)}${others.map(([other, media]) => mediaBlock(view, other, media))}`;
}

function responseBlock(view: DocumentView, operation: OperationView): Html {
  const entries = Object.entries(operation.responses);
  const successes = entries.filter(([status]) => status < '400' || hasOwnBody(operation, status));
  const failures = entries.filter((entry) => !successes.includes(entry));
  return html`<h4>Answers</h4>${successes.map(([status, response]) => successBlock(view, status, response))}
<details class="failures"><summary>Errors: ${failures.map(([status]) => html`<span class="status bad">${status}</span>`)}</summary>
${failures.map(([status, { description }]) => html`<div class="failure"><span class="status bad">${status}</span><div>${prose(description)}</div></div>`)}</details>`;
}

/** Whether a status from 400 up is an answer of its own kind rather than an error body. */
function hasOwnBody(operation: OperationView, status: string): boolean {
  const ref = operation.responses[status]?.content?.['application/json']?.schema?.$ref;
  return ref !== undefined && !ref.endsWith('/Error');
}

function successBlock(view: DocumentView, status: string, response: ResponseView): Html {
  const headers = Object.keys(response.headers ?? {});
  return html`<div class="success"><p><span class="status ${status < '400' ? 'good' : 'bad'}">${status}</span> ${inline(response.description)}</p>
${Object.entries(response.content ?? {}).map(([type, media]) => mediaBlock(view, type, media))}
<details><summary>Headers</summary><p>${headers.map((name, i) => html`${i === 0 ? '' : ', '}<a href="#headers"><code>${name}</code></a>`)}</p></details></div>`;
}

function mediaBlock(view: DocumentView, type: string, media: MediaView): Html | undefined {
  if (media.schema === undefined) return undefined;
  return html`<details><summary><code>${type}</code> ${typeOf(media.schema)}</summary>${schemaTable(view, media.schema)}</details>`;
}

function exampleAnswer(view: DocumentView, operation: OperationView): Html | undefined {
  const first = Object.entries(operation.responses).find(([status]) => status < '400');
  const media = first?.[1].content?.['application/json'];
  if (first === undefined || media?.schema === undefined) return undefined;
  const value = media.example ?? sampleOf(view, media.schema);
  return codeBlock(`Answer ${first[0]}`, JSON.stringify(value, null, 2));
}

/** A titled block of code with a button that copies it. */
export function codeBlock(title: string, code: string): Html {
  return html`<figure class="code"><figcaption>${title}<button type="button" class="copy">Copy</button></figcaption><pre tabindex="0"><code>${code}</code></pre></figure>`;
}
