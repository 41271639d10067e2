import { type DocumentView, nameOf, type SchemaView } from './document-view.ts';
import { type Html, html, inline } from './html.ts';

/** How many levels of nested objects are laid open in place. */
const NESTING_MAX = 4;

/** The fields of a schema as a list; for anything but an object, one line with its type. */
export function schemaTable(view: DocumentView, schema: SchemaView): Html {
  const target = follow(view, schema);
  if (target.properties !== undefined) return fieldList(view, target, 0);
  const variants = target.anyOf ?? target.oneOf;
  if (variants === undefined) return html`<p class="type">${typeOf(target)}</p>`;
  return html`<p class="type">One of</p>${variants.map((variant) => variantBlock(view, variant))}`;
}

function variantBlock(view: DocumentView, variant: SchemaView): Html {
  const note =
    variant.description === undefined ? undefined : html`<p>${inline(variant.description)}</p>`;
  const fields = variant.properties === undefined ? undefined : fieldList(view, variant, 1);
  return html`<div class="variant"><p class="type">${typeOf(variant)}</p>${note}${fields}</div>`;
}

function fieldList(view: DocumentView, schema: SchemaView, nesting: number): Html {
  const fields = Object.entries(schema.properties ?? {});
  const entries = fields.filter(([, field]) => field.not === undefined);
  if (entries.length === 0) return html`<p class="type">No fields.</p>`;
  return html`<ul class="fields">${entries.map(([name, field]) =>
    fieldItem(view, { name, field, isRequired: schema.required?.includes(name) === true, nesting }),
  )}</ul>`;
}

interface Field {
  readonly name: string;
  readonly field: SchemaView;
  readonly isRequired: boolean;
  readonly nesting: number;
}

function fieldItem(view: DocumentView, { name, field, isRequired, nesting }: Field): Html {
  const inner = nesting < NESTING_MAX ? nestedObject(field) : undefined;
  return html`<li><div class="field-head"><code class="name">${name}</code> <span class="type">${typeOf(field)}</span>${
    isRequired ? html` <span class="required">required</span>` : undefined
  }${bounds(field)}</div>${
    field.description === undefined
      ? undefined
      : html`<div class="note">${inline(field.description)}</div>`
  }${
    inner === undefined
      ? undefined
      : html`<details><summary>Fields of ${name}</summary>${fieldList(view, inner, nesting + 1)}</details>`
  }</li>`;
}

/** The object inside a field: itself, the entries of a list, the values of a map, or what is not null. */
function nestedObject(field: SchemaView): SchemaView | undefined {
  if (field.properties !== undefined) return field;
  if (field.items !== undefined) return nestedObject(field.items);
  if (typeof field.additionalProperties === 'object')
    return nestedObject(field.additionalProperties);
  const choice = onlyChoice(field);
  return choice === undefined ? undefined : nestedObject(choice);
}

/** A type in words, with links to named schemas. */
export function typeOf(schema: SchemaView): Html {
  if (schema.$ref !== undefined) {
    const name = nameOf(schema.$ref);
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum !== undefined) {
    return joined(schema.enum.map((value) => html`<code>${JSON.stringify(value)}</code>`));
  }
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return joined(choices.map(typeOf));
  if (schema.type === 'array') return html`list of ${typeOf(schema.items ?? {})}`;
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object') {
    return html`map of ${typeOf(schema.additionalProperties)}`;
  }
  if (schema.type === undefined) return html`any`;
  return html`${[schema.type].flat().join(' or ')}`;
}

function joined(parts: readonly Html[]): Html {
  return html`${parts.map((part, i) => (i === 0 ? part : html` or ${part}`))}`;
}

function bounds(schema: SchemaView): Html | undefined {
  const { minimum, maximum, exclusiveMinimum, minLength, maxLength, minItems, maxItems, format } =
    onlyChoice(schema) ?? schema;
  const texts = [
    range('', minimum, maximum),
    exclusiveMinimum === undefined ? undefined : `> ${exclusiveMinimum}`,
    range(' characters', minLength, maxLength),
    range(' entries', minItems, maxItems),
    format,
  ].filter((text) => text !== undefined);
  return texts.length === 0 ? undefined : html` <span class="bounds">${texts.join(', ')}</span>`;
}

/** What a schema allows besides null, where that is one thing. */
function onlyChoice(schema: SchemaView): SchemaView | undefined {
  const choices = (schema.anyOf ?? schema.oneOf ?? []).filter(({ type }) => type !== 'null');
  return choices.length === 1 ? choices[0] : undefined;
}

function range(
  unit: string,
  low: number | undefined,
  high: number | undefined,
): string | undefined {
  if (low === undefined && high === undefined) return undefined;
  if (low === undefined) return `≤ ${high}${unit}`;
  if (high === undefined) return `≥ ${low}${unit}`;
  return `${low}–${high}${unit}`;
}

function follow(view: DocumentView, schema: SchemaView): SchemaView {
  if (schema.$ref === undefined) return schema;
  return view.schemas[nameOf(schema.$ref)] ?? schema;
}
