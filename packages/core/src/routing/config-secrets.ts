import { HIDDEN_SECRET } from '@meridian/contract';

const SECRET_FIELD = /secret|password|private_key|token(?!_uri)|api_key|access_key/i;

type ConfigFields = Readonly<Record<string, unknown>>;

/** Whether a field of `Config` is sealed at rest and hidden where it is shown. */
export function isSecretField(name: string): boolean {
  return SECRET_FIELD.test(name);
}

/** A `Config` as it is shown: each secret hidden. */
export function hideSecrets(config: ConfigFields): ConfigFields {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      name,
      isSecretField(name) ? HIDDEN_SECRET : value,
    ]),
  );
}

/** A `Config` as it was sent, with what is stored in the place of each secret that was left hidden. */
export function restoreSecrets<T extends ConfigFields>(config: T, stored: ConfigFields): T {
  const hidden = Object.keys(config).filter(
    (name) => isSecretField(name) && config[name] === HIDDEN_SECRET && stored[name] !== undefined,
  );
  return { ...config, ...Object.fromEntries(hidden.map((name) => [name, stored[name]])) };
}
