import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { errorCatalog } from './errors.ts';
import { requestHeaders, responseHeaders } from './headers.ts';
import { pathParams } from './route.ts';
import { routeTable } from './routes/index.ts';

// Literal facts: a client somewhere relies on each line. Change one only on purpose.
const ROUTES = `
POST /v1/chat/completions chat.completions.create key
POST /v1/responses responses.create key
POST /v1/responses/input_tokens responses.countInputTokens key
GET /v1/responses/{id} responses.get key
DELETE /v1/responses/{id} responses.delete key
POST /v1/responses/{id}/cancel responses.cancel key
GET /v1/responses/{id}/input_items responses.listInputItems key
POST /v1/messages messages.create key
POST /v1/messages/count_tokens messages.countTokens key
POST /v1beta/models/{model}:generateContent gemini.generateContent key
POST /v1beta/models/{model}:streamGenerateContent gemini.streamGenerateContent key
POST /v1beta/models/{model}:countTokens gemini.countTokens key
POST /v1/completions completions.create key
POST /v1/embeddings embeddings.create key
POST /v1beta/models/{model}:embedContent gemini.embedContent key
POST /v1beta/models/{model}:batchEmbedContents gemini.batchEmbedContents key
POST /v1/rerank rerank.create key
POST /v2/rerank rerank.createAlias key
POST /v1/moderations moderations.create key
POST /v1/images/generations images.generate key
POST /v1/images/edits images.edit key
POST /v1/images/variations images.vary key
POST /v1/audio/speech audio.speech.create key
POST /v1/audio/transcriptions audio.transcriptions.create key
POST /v1/audio/translations audio.translations.create key
GET /v1/astrology/kundali astrology.kundali key
POST /v1/astrology/kundali astrology.kundaliFromBody key
POST /v1/kundali astrology.kundaliFromBodyAlias1 key
POST /v1/v1/kundali astrology.kundaliFromBodyAlias2 key
GET /v1/astrology/panchang astrology.panchang key
POST /v1/astrology/panchang astrology.panchangFromBody key
POST /v2/astrology/panchang astrology.panchangFromBodyAlias1 key
POST /v1/v2/astrology/panchang astrology.panchangFromBodyAlias2 key
GET /v1/astrology/dasha astrology.dasha key
POST /v1/astrology/dasha astrology.dashaFromBody key
POST /v2/astrology/dasha astrology.dashaFromBodyAlias1 key
POST /v1/v2/astrology/dasha astrology.dashaFromBodyAlias2 key
GET /v1/astrology/divisional astrology.divisional key
POST /v1/astrology/divisional astrology.divisionalFromBody key
GET /v1/astrology/yogas astrology.yogas key
POST /v1/astrology/yogas astrology.yogasFromBody key
POST /v2/astrology/yoga astrology.yogasFromBodyAlias1 key
POST /v1/v2/astrology/yoga astrology.yogasFromBodyAlias2 key
GET /v1/astrology/doshas astrology.doshas key
POST /v1/astrology/doshas astrology.doshasFromBody key
POST /v1/astrology/compatibility astrology.compatibilityFromBody key
POST /v2/astrology/match astrology.compatibilityFromBodyAlias1 key
POST /v1/v2/astrology/match astrology.compatibilityFromBodyAlias2 key
GET /v1/astrology/kp astrology.kp key
POST /v1/astrology/kp astrology.kpFromBody key
GET /v1/astrology/transits astrology.transits key
POST /v1/astrology/transits astrology.transitsFromBody key
POST /v2/astrology/transit astrology.transitsFromBodyAlias1 key
POST /v1/v2/astrology/transit astrology.transitsFromBodyAlias2 key
GET /v1/astrology/progressions astrology.progressions key
POST /v1/astrology/progressions astrology.progressionsFromBody key
POST /v1/astrology/synastry astrology.synastryFromBody key
POST /v1/astrology/composite astrology.compositeFromBody key
GET /v1/astrology/returns astrology.returns key
POST /v1/astrology/returns astrology.returnsFromBody key
GET /v1/astrology/muhurta astrology.muhurta key
POST /v1/astrology/muhurta astrology.muhurtaFromBody key
GET /v1/astrology/eclipses astrology.eclipses key
POST /v1/astrology/eclipses astrology.eclipsesFromBody key
GET /v1/astrology/horoscope/{sign} astrology.horoscope key
GET /v2/astrology/horoscope/{sign} astrology.horoscopeAlias1 key
GET /v1/v2/astrology/horoscope/{sign} astrology.horoscopeAlias2 key
POST /v1/astrology/vastu astrology.vastuFromBody key
POST /v2/astrology/vastu/analysis astrology.vastuFromBodyAlias1 key
POST /v1/v2/astrology/vastu/analysis astrology.vastuFromBodyAlias2 key
GET /v1/astrology/places astrology.places key
GET /v1/models models.list key
GET /models models.listAlias key
GET /v1/models/{id} models.get key
GET /v1beta/models models.listGoogle key
GET /v1beta/models/{id} models.getGoogle key
GET /x-users accounts.listChildren key
POST /x-users accounts.create key
GET /x-users/{identifier} accounts.findChildren key
PUT /x-users/{identifier} accounts.update key
POST /x-users/{identifier} accounts.updateByPost key
DELETE /x-users/{identifier} accounts.delete key
GET /x-dna accounts.listDescendants key
GET /x-dna/{identifier} accounts.findDescendants key
GET /x-gkey accounts.generateKey key
POST /x-self keys.rotateSelf key
POST /x-root keys.rotateRoot key
GET /dashboard/keys namedKeys.list key
POST /dashboard/keys namedKeys.create key
DELETE /dashboard/keys/{id} namedKeys.revoke key
GET /x-keys providerKeys.list key
POST /x-keys providerKeys.create key
GET /x-keys/{id} providerKeys.find key
PUT /x-keys/{id} providerKeys.update key
POST /x-keys/{id} providerKeys.updateByPost key
DELETE /x-keys/{id} providerKeys.delete key
POST /x-keys/{id}/test providerKeys.test key
GET /x-route routing.explain key
GET /x-config config.get key
PUT /x-config config.update key
POST /x-config config.updateByPost key
DELETE /x-config config.reset key
GET /x-conf conf.get key
POST /x-conf conf.update key
GET /x-mail mail.list key
POST /x-mail/test mail.test key
POST /x-mail/{id}/retry mail.retry key
GET /dashboard/status dashboard.status key
GET /dashboard/x-user-status dashboard.statusAlias key
GET /dashboard/info dashboard.info key
GET /dashboard/x-user-info dashboard.infoAlias key
GET /dashboard/live dashboard.live key
GET /dashboard/x-user-live dashboard.liveAlias key
GET /dashboard/conf dashboard.conf key
GET /dashboard/x-user-conf dashboard.confAlias key
GET /dashboard/models dashboard.models key
GET /dashboard/x-user-models dashboard.modelsAlias key
GET /dashboard/billing/usage legacyBilling.usage key
GET /dashboard/billing/subscription legacyBilling.subscription key
GET /dashboard/billing/credit_grants legacyBilling.creditGrants key
GET /v1/dashboard/billing/usage legacyBilling.usageAlias key
GET /v1/dashboard/billing/subscription legacyBilling.subscriptionAlias key
GET /v1/dashboard/billing/credit_grants legacyBilling.creditGrantsAlias key
GET /dashboard/logs logs.list key
GET /dashboard/x-user-logs logs.listAlias key
GET /x-news news.list key
POST /x-news news.postSystem key
DELETE /x-news news.deleteSystem key
POST /x-news/{target} news.post key
DELETE /x-news/{target} news.delete key
GET /dashboard/news dashboard.news key
GET /dashboard/x-user-news dashboard.newsAlias key
GET /x-usage usage.list key
GET /x-usage/{id} usage.explain key
GET /x-bill bills.get key
GET /dashboard/bill bills.getOwn key
GET /dashboard/x-user-bill bills.getOwnAlias key
GET /x-margin margin.get key
GET /files/{name} files.get none
GET /healthz service.health none
GET /readyz service.readiness none
GET /metrics service.metrics metrics
GET /openapi.json service.openapi none
GET /docs service.docs none`;

const ERRORS = `
400 invalid_request invalid_request client
400 invalid_json invalid_request client
400 model_not_priced invalid_request policy
400 unsupported_parameter invalid_request client
400 previous_response_not_found invalid_request client
401 invalid_api_key authentication_error client
402 insufficient_balance insufficient_balance policy
402 spending_cap_reached spending_cap_reached policy
403 permission_denied permission_denied policy
403 account_disabled permission_denied policy
403 address_not_allowed permission_denied policy
403 model_not_allowed permission_denied policy
403 endpoint_not_allowed permission_denied policy
404 not_found not_found client
404 model_not_found not_found client
405 method_not_allowed method_not_allowed client
408 request_timeout invalid_request client
409 conflict conflict client
409 idempotency_expired conflict client
413 request_too_large request_too_large client
415 unsupported_media_type invalid_request client
431 headers_too_large request_too_large client
429 rate_limit_exceeded rate_limit_exceeded policy
499 client_closed_request client_closed_request client
500 server_error server_error internal
502 upstream_error upstream_error upstream
503 upstream_unavailable service_unavailable upstream
503 no_provider_key service_unavailable policy
503 service_unavailable service_unavailable internal
504 upstream_timeout upstream_error upstream`;

describe('the contract', () => {
  it('has exactly these routes', () => {
    const lines = routeTable.map(
      ({ method, path, id, auth }) => `\n${method} ${path} ${id} ${auth}`,
    );
    assert.equal(lines.join(''), ROUTES);
  });

  it('has exactly these errors', () => {
    const lines = Object.entries(errorCatalog).map(
      ([code, { status, type, fault }]) => `\n${status} ${code} ${type} ${fault}`,
    );
    assert.equal(lines.join(''), ERRORS);
  });

  it('gives every route an id and a place of its own', () => {
    const ids = new Set(routeTable.map(({ id }) => id));
    const places = new Set(routeTable.map(({ method, path }) => `${method} ${path}`));
    assert.equal(ids.size, routeTable.length);
    assert.equal(places.size, routeTable.length);
  });

  it('declares a schema for exactly the parameters in each path', () => {
    for (const { id, path, params } of routeTable) {
      const declared = params instanceof z.ZodObject ? Object.keys(params.shape) : [];
      assert.deepEqual(declared, pathParams(path), id);
    }
  });

  it('repeats under an alias what the original declares', () => {
    for (const alias of routeTable.filter(({ aliasOf }) => aliasOf !== undefined)) {
      const original = routeTable.find(({ id }) => id === alias.aliasOf);
      assert.ok(original, alias.id);
      assert.equal(alias.responses, original.responses);
      assert.equal(alias.body, original.body);
    }
  });

  it('mentions only headers that it describes', () => {
    for (const { id, responses, requestHeaders: sent = [] } of routeTable) {
      for (const name of sent) assert.ok(name in requestHeaders, `${id} ${name}`);
      for (const { headers = [] } of Object.values(responses)) {
        for (const name of headers) assert.ok(name in responseHeaders, `${id} ${name}`);
      }
    }
  });

  it('makes every write of an account repeatable with an Idempotency-Key', () => {
    for (const { id, method, tag, requestHeaders: sent = [] } of routeTable) {
      const isWrite = method !== 'GET' && tag !== 'Inference';
      assert.equal(sent.includes('Idempotency-Key'), isWrite, id);
    }
  });

  it('shows a body that the route would accept wherever it takes one', () => {
    for (const { id, body } of routeTable) {
      if (body === undefined) continue;
      const result = body.schema.safeParse(body.example);
      assert.ok(result.success, `${id}: ${result.error?.message}`);
    }
  });

  it('shows answers that fit their own schema', () => {
    for (const { id, responses } of routeTable) {
      for (const { schema, example } of Object.values(responses)) {
        if (example === undefined) continue;
        assert.ok(schema?.safeParse(example).success, id);
      }
    }
  });
});
