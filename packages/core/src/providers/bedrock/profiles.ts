/** Models that Bedrock serves through an inference profile of a part of the world only. */
const NEEDS_PROFILE =
  /^(?:anthropic\.claude-(?!3-haiku|3-sonnet|v2|instant)|amazon\.nova-(?:micro|lite|pro|premier|2-lite|2-pro)|meta\.llama(?:3-[1-9]|4)|deepseek\.r1|mistral\.pixtral|writer\.)/;

/** Models that have a profile for the whole world besides. */
const WORLDWIDE =
  /claude-(?:(?:opus|sonnet|haiku)-4-[5-9]|(?:opus|sonnet|haiku|fable|mythos)-[5-9]|sonnet-4-2025)|nova-2/;

/**
 * The name by which a model is called in a region: where Bedrock would refuse the bare model id, the
 * id of the profile of that part of the world. Profiles and ARNs stay as they are.
 */
export function inferenceProfile(model: string, region: string): string {
  if (!NEEDS_PROFILE.test(model)) return model;
  const area = areaOf(region);
  if (area === 'apac' || area === undefined) {
    if (WORLDWIDE.test(model)) return `global.${model}`;
  }
  return area === undefined ? model : `${area}.${model}`;
}

function areaOf(region: string): 'us-gov' | 'us' | 'eu' | 'apac' | undefined {
  if (region.startsWith('us-gov-')) return 'us-gov';
  if (region.startsWith('us-')) return 'us';
  if (region.startsWith('eu-')) return 'eu';
  return region.startsWith('ap-') ? 'apac' : undefined;
}
