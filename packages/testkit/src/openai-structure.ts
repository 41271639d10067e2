import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { fixture } from './fixtures.ts';

/** What OpenAI's API answers, by the names of the reduced schema. */
export type OpenAiAnswer =
  | 'chatCompletion'
  | 'chatCompletionChunk'
  | 'completion'
  | 'embeddings'
  | 'error'
  | 'imageEditEvent'
  | 'imageEvent'
  | 'images'
  | 'inputItems'
  | 'model'
  | 'models'
  | 'moderations'
  | 'response'
  | 'responseEvent'
  | 'transcription'
  | 'transcriptionDiarized'
  | 'transcriptionEvent'
  | 'transcriptionVerbose'
  | 'translation'
  | 'translationVerbose';

/** A departure from the published structure that is meant to be. */
export interface OpenAiException {
  readonly answer: OpenAiAnswer;
  /** A fault, e.g. `choices.*.logprobs is missing`; a `*` stands for anything. */
  readonly fault: string;
  /** Why it is right all the same. */
  readonly reason: string;
}

/** Compares answers with the published structure of OpenAI's API. */
export interface OpenAiJudge {
  /** What is wrong with an answer, each fault once: `choices.*.index must be number`. */
  faultsOf(answer: OpenAiAnswer, value: unknown): readonly string[];
  /** The exceptions that no answer has needed so far. */
  unused(): readonly string[];
}

interface ReducedSchema {
  readonly source: { readonly package: string; readonly version: string };
  readonly definitions: Readonly<Record<string, object>>;
}

function readSchema(): ReducedSchema {
  return JSON.parse(fixture('openai-structure/schema.json').toString()) as ReducedSchema;
}

/** The version of OpenAI's client whose types were reduced. */
export function openAiStructureVersion(): string {
  return readSchema().source.version;
}

/** Makes a judge; the exceptions count for all of its answers. */
export function createOpenAiJudge(exceptions: readonly OpenAiException[] = []): OpenAiJudge {
  const { definitions } = readSchema();
  const ajv = new Ajv({ discriminator: true, strict: false, allErrors: true, verbose: true });
  ajv.addSchema({ $id: 'openai', definitions });
  const rules = exceptions.map(({ answer, fault }) => {
    return { answer, name: `${answer}: ${fault}`, pattern: patternOf(fault) };
  });
  const used = new Set<string>();

  function validatorOf(answer: OpenAiAnswer): ValidateFunction {
    const validate = ajv.getSchema(`openai#/definitions/answers/properties/${answer}`);
    if (!validate) throw new Error(`The schema has no ${answer}.`);
    return validate as ValidateFunction;
  }

  function isExcepted(answer: OpenAiAnswer, fault: string): boolean {
    const rule = rules.find((each) => each.answer === answer && each.pattern.test(fault));
    if (rule) used.add(rule.name);
    return rule !== undefined;
  }

  return {
    faultsOf(answer, value) {
      const validate = validatorOf(answer);
      if (validate(value)) return [];
      const faults = telling(validate.errors ?? []).map(faultOf);
      return [...new Set(faults)].filter((fault) => !isExcepted(answer, fault)).sort();
    },
    unused: () => rules.map(({ name }) => name).filter((name) => !used.has(name)),
  };
}

function patternOf(fault: string): RegExp {
  const parts = fault.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}

/** That a value is none of several alternatives, or not null, says nothing beside what it should be. */
function telling(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const exact = errors.filter(
    ({ keyword, params }) => keyword !== 'anyOf' && !(keyword === 'type' && params.type === 'null'),
  );
  return exact.length > 0 ? exact : errors;
}

function faultOf({ instancePath, keyword, params, message, data }: ErrorObject): string {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((name) => (/^\d+$/.test(name) ? '*' : name));
  switch (keyword) {
    case 'required':
      return `${[...path, params.missingProperty].join('.')} is missing`;
    case 'enum':
      return `${path.join('.')} may not be ${JSON.stringify(data)}`;
    case 'discriminator':
      return `${[...path, params.tag].join('.')} may not be ${JSON.stringify(params.tagValue)}`;
    default:
      return `${path.join('.')} ${message}, not ${JSON.stringify(data)?.slice(0, 60)}`;
  }
}
