import { invalid } from '../../kernel/index.ts';
import { type Fields, fieldsOf, isFields, listOf, stringOf, textOf } from '../json/values.ts';
import type { HostedTool, Tool, ToolChoice } from '../neutral/request.ts';
import { readCache } from './read-content.ts';

/** Reads `tools`, the deprecated `functions` and `web_search_options`. Throws `invalid_request`. */
export function readTools(body: Fields): Tool[] {
  const tools = listAt(body, 'tools').map((tool, index) => readTool(tool, `tools[${index}]`));
  const functions = listAt(body, 'functions').map((tool, index) =>
    readFunction(tool, `functions[${index}]`),
  );
  const search = body.web_search_options;
  return [...tools, ...functions, ...(isFields(search) ? [searchTool(search)] : [])];
}

function listAt(body: Fields, field: string): readonly Fields[] {
  const list = body[field] ?? [];
  if (!Array.isArray(list)) throw invalid(field, `'${field}' must be an array.`);
  list.forEach((entry: unknown, index) => {
    const path = `${field}[${index}]`;
    if (!isFields(entry)) throw invalid(path, `'${path}' must be an object.`);
  });
  return list as Fields[];
}

function readTool(tool: Fields, path: string): Tool {
  const { type } = tool;
  if (type === 'function') {
    return { ...readFunction(fieldsOf(tool.function), `${path}.function`), ...readCache(tool) };
  }
  if (type === 'custom') {
    const { name, description, format } = fieldsOf(tool.custom);
    return {
      type: 'custom',
      name: requireName(name, `${path}.custom`),
      ...(typeof description === 'string' && { description }),
      ...(format !== undefined && { format }),
    };
  }
  if (typeof type !== 'string') throw invalid(`${path}.type`, `'${path}.type' must be a string.`);
  return { type: 'hosted', origin: 'chat', name: hostedName(type), value: tool };
}

/** Vendors word their search tools each in its own way. */
function hostedName(type: string): string {
  return /^\$?web_search/.test(type) ? 'web_search' : type;
}

/** A search that is asked for beside the tools, as it stands in a request. */
function searchTool(options: Fields): HostedTool {
  const value = { web_search_options: options };
  return { type: 'hosted', origin: 'chat', name: 'web_search', value };
}

function readFunction(tool: Fields, path: string): Tool {
  const { name, description, parameters, strict } = tool;
  return {
    type: 'function',
    name: requireName(name, path),
    ...(typeof description === 'string' && { description }),
    ...(isFields(parameters) && { parameters }),
    ...(typeof strict === 'boolean' && { isStrict: strict }),
    ...readCache(tool),
  };
}

function requireName(name: unknown, path: string): string {
  const given = textOf(name);
  if (given === '') throw invalid(`${path}.name`, `'${path}.name' must be a string.`);
  return given;
}

/** Reads `tool_choice`, or the deprecated `function_call`. Throws `invalid_request`. */
export function readToolChoice(body: Fields): ToolChoice | undefined {
  const { tool_choice: choice, function_call: deprecated } = body;
  if (choice === undefined || choice === null) return readDeprecated(deprecated);
  if (typeof choice === 'string') return { mode: readMode(choice) };
  const given = fieldsOf(choice);
  if (given.type === 'allowed_tools') return readAllowed(fieldsOf(given.allowed_tools));
  const name = stringOf(fieldsOf(given.function).name) ?? stringOf(fieldsOf(given.custom).name);
  if (name === undefined) throw invalid('tool_choice', "'tool_choice' must name a tool.");
  return { mode: 'tool', name };
}

function readMode(choice: string): 'auto' | 'none' | 'required' {
  if (choice === 'auto' || choice === 'none') return choice;
  if (choice === 'required' || choice === 'any') return 'required';
  throw invalid('tool_choice', "'tool_choice' must be 'none', 'auto', 'required' or an object.");
}

function readAllowed({ mode, tools }: Fields): ToolChoice {
  const names = listOf(tools)
    .map(fieldsOf)
    .map((tool) => textOf(fieldsOf(tool.function).name) || textOf(fieldsOf(tool.custom).name))
    .filter((name) => name !== '');
  return { mode: 'allowed', names, isRequired: mode === 'required' };
}

function readDeprecated(choice: unknown): ToolChoice | undefined {
  if (choice === 'none' || choice === 'auto') return { mode: choice };
  const name = stringOf(fieldsOf(choice).name);
  return name === undefined ? undefined : { mode: 'tool', name };
}
