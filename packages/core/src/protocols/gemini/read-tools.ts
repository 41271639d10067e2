import { invalid } from '../../kernel/index.ts';
import { type Fields, isFields, listOf, stringOf } from '../json/values.ts';
import type { FunctionTool, NeutralRequest, Tool, ToolChoice } from '../neutral/request.ts';
import { camelCase, field, objectField, present } from './fields.ts';
import { fromOpenApiSchema } from './openapi-schema.ts';

/** Google's own tools that search the web. */
const WEB_SEARCHES: ReadonlySet<string> = new Set([
  'googleSearch',
  'googleSearchRetrieval',
  'enterpriseWebSearch',
]);

/** The tools of a request and the choice among them. Throws `invalid_request` naming the field. */
export function readTools(body: Fields): Pick<NeutralRequest, 'tools' | 'toolChoice'> {
  const given = field(body, 'tools') ?? [];
  if (!Array.isArray(given)) throw invalid('tools', "'tools' must be an array.");
  const config = objectField(objectField(body, 'toolConfig'), 'functionCallingConfig');
  const mode = stringOf(config.mode)?.toUpperCase();
  const tools = given.flatMap((tool: unknown, at) => {
    if (!isFields(tool)) throw invalid(`tools[${at}]`, `'tools[${at}]' must be an object.`);
    return Object.entries(tool).flatMap(([name, value]) => readTool(camelCase(name), value, at));
  });
  const toolChoice = readChoice(mode, namesOf(config));
  return {
    // In this mode calls keep to their schemas, which others say of each tool.
    tools: mode === 'VALIDATED' ? tools.map(strict) : tools,
    ...present({ toolChoice }),
  };
}

function readTool(name: string, value: unknown, at: number): readonly Tool[] {
  if (value === null) return [];
  if (name !== 'functionDeclarations') {
    const known = WEB_SEARCHES.has(name) ? 'web_search' : name;
    return [{ type: 'hosted', origin: 'gemini', name: known, value: { [name]: value } }];
  }
  const place = `tools[${at}].functionDeclarations`;
  if (!Array.isArray(value)) throw invalid(place, `'${place}' must be an array.`);
  return value.map((declaration: unknown, index) => {
    const name = isFields(declaration) ? declaration.name : undefined;
    if (!isFields(declaration) || typeof name !== 'string' || name === '') {
      throw invalid(`${place}[${index}].name`, `'${place}[${index}]' must have a name.`);
    }
    return readDeclaration(declaration, name);
  });
}

function readDeclaration(declaration: Fields, name: string): FunctionTool {
  const schema = field(declaration, 'parametersJsonSchema');
  const openApi = field(declaration, 'parameters');
  const converted = isFields(openApi) ? fromOpenApiSchema(openApi) : undefined;
  return {
    type: 'function',
    name,
    ...present({
      description: stringOf(declaration.description),
      parameters: isFields(schema) ? schema : converted,
    }),
  };
}

function strict(tool: Tool): Tool {
  return tool.type === 'function' ? { ...tool, isStrict: true } : tool;
}

function namesOf(config: Fields): readonly string[] {
  return listOf(field(config, 'allowedFunctionNames')).flatMap((name) => stringOf(name) ?? []);
}

function readChoice(mode: string | undefined, names: readonly string[]): ToolChoice | undefined {
  const [only] = names;
  switch (mode) {
    case 'AUTO':
      return { mode: 'auto' };
    case 'NONE':
      return { mode: 'none' };
    case 'ANY':
      if (only === undefined) return { mode: 'required' };
      if (names.length === 1) return { mode: 'tool', name: only };
      return { mode: 'allowed', names, isRequired: true };
    case 'VALIDATED':
      if (only === undefined) return { mode: 'auto' };
      return { mode: 'allowed', names, isRequired: false };
    default:
      return undefined;
  }
}
