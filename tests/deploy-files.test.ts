import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { readConfig } from '../apps/server/src/config.ts';

const root = resolve(import.meta.dirname, '..');
const read = (path: string): Promise<string> => readFile(resolve(root, path), 'utf8');

interface Container {
  readonly env: readonly { name: string; value?: string }[];
  readonly readinessProbe: { httpGet: { path: string } };
  readonly livenessProbe: { httpGet: { path: string } };
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Record<string, string>;
  readonly spec?: {
    readonly template?: {
      readonly spec: { readonly containers: Container[]; terminationGracePeriodSeconds: number };
    };
  };
}

test('the image installs every workspace that the server is made of', async () => {
  const dockerfile = await read('deploy/Dockerfile');
  for (const folder of ['apps', 'packages']) {
    for (const name of await readdir(resolve(root, folder))) {
      const copy = `COPY ${folder}/${name}/package.json ${folder}/${name}/`;
      assert.ok(dockerfile.includes(copy), copy);
    }
  }
});

test('the settings in the files are settings that the server takes', async () => {
  const compose = parse(await read('deploy/compose.yaml'), { merge: true });
  const manifests = parseAllDocuments(await read('deploy/kubernetes/meridian.yaml')).map(
    (each) => each.toJS() as Manifest,
  );
  const settings = manifests.find(({ kind }) => kind === 'ConfigMap')?.data ?? {};
  const environments = [compose.services.api.environment, compose.services.worker.environment];
  for (const environment of [...environments, settings]) {
    const plain = Object.entries(environment as Record<string, string>).filter(
      ([, value]) => !String(value).includes('${'),
    );
    assert.ok(plain.length >= 4);
    readConfig(Object.fromEntries(plain));
  }
  assert.deepEqual(
    environments.map(({ MERIDIAN_ROLES: roles }) => roles),
    ['api', 'worker'],
  );
});

test('the cluster probes what the server answers, and gives it time to drain', async () => {
  const manifests = parseAllDocuments(await read('deploy/kubernetes/meridian.yaml')).map(
    (each) => each.toJS() as Manifest,
  );
  assert.deepEqual(
    manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
    [
      'ConfigMap meridian',
      'Deployment meridian-api',
      'Deployment meridian-worker',
      'Service meridian',
      'HorizontalPodAutoscaler meridian-api',
      'PodDisruptionBudget meridian-api',
      'PodDisruptionBudget meridian-worker',
    ],
  );
  const drain = Number(manifests[0]?.data?.MERIDIAN_DRAIN_SECONDS);
  const pods = manifests.flatMap(({ spec }) => spec?.template?.spec ?? []);
  assert.ok((pods[0]?.terminationGracePeriodSeconds ?? 0) > drain + 30);
  for (const { containers } of pods) {
    const [container] = containers;
    assert.equal(container?.readinessProbe.httpGet.path, '/readyz');
    assert.equal(container?.livenessProbe.httpGet.path, '/healthz');
    readConfig(
      Object.fromEntries(
        container?.env.flatMap(({ name, value }) => (value ? [[name, value]] : [])) ?? [],
      ),
    );
  }
});
